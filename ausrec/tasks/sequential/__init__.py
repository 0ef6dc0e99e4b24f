"""Tasks over what a user did in order: the main ones, and those of BERT4Rec, S³-Rec, CL4SRec."""
