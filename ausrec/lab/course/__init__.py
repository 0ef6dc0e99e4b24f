"""The course: notebooks executed, and the editions and the static site made from them."""
