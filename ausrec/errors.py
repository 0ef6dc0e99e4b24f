"""The one exception that a user can mend."""


class AusrecError(ValueError):
    """Tell in one line what is wrong, where, and how to mend it.

    The command line prints the message and ends with exit status 2. Everything else that
    escapes is a defect of ours and keeps its traceback.
    """
