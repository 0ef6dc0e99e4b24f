"""Objectives of the other paradigms, a method a file, named as its paper names it.

Contrastive: two encodings of a node are alike, those of different nodes are not (`sgl`, `simgcl`,
`xsimgcl`, `ncl`, `hccf`). Reconstructive: hide something and recover it from the rest
(`masked_edges`, `autocf`). Adversarial: learn against an opponent (`apr`,
`generator_discriminator`). Social: what friends tell without labels (`mhcn`, `sept`, `dsl`).
"""
