select private.add_partitions('audit.events');
