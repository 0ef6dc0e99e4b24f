"""What is shown to people: figures and reports. Holds no method."""
