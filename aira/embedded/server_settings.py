"""Choose the settings of the embedded server."""


def settings_of(major: int, *, durable: bool) -> dict[str, str]:
    """Return the settings that do not depend on the cluster's folder.

    Args:
        major: The version of PostgreSQL.
        durable: Whether the data has to survive a crash of the machine.
    """
    settings = {
        "listen_addresses": "127.0.0.1",
        "max_connections": "200",
        "shared_buffers": "256MB",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "track_functions": "all",
        "password_encryption": "scram-sha-256",
        # A replication slot that nobody reads must not fill the disk.
        "max_slot_wal_keep_size": "1GB",
        "fsync": "on" if durable else "off",
    }
    if not durable:
        # dbhealth reports durability that was given up by mistake.
        settings |= {"aira.not_durable": "on"}
        # The WAL is in memory, too, so keep it small.
        settings |= {"max_wal_size": "256MB", "min_wal_size": "32MB", "full_page_writes": "off"}
        if major >= 16:
            # A test logs in about ten times, so hash passwords quickly.
            settings["scram_iterations"] = "1"
    return settings
