"""What the commands do: call a service, print what it returns."""
