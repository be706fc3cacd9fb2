"""Operations of each resource, and the arguments of their methods."""
