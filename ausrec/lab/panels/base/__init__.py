"""What all panels stand on: base classes, controls, and the shared part in the browser."""
