"""Tables and types that every room above shares."""
