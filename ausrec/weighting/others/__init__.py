"""The other strategies, a method a file, named as its paper names it."""
