"""Live figures: each is drawn and computed in the browser, with or without a kernel.

Two files a figure: `microscope.py` supplies its data and answers for it in Python,
`microscope.js` computes and draws. A figure is one ES module in anywidget's format; `lib.js` and
`frame.js`, which all share, are put before it as text, so there is no build step and nothing to
download.

    JupyterLab, Voilà      an anywidget, whose values Python and the browser share
    a page of the site     the static twin, which `stand_in.js` replaces by the living figure
    without JavaScript     the static twin
"""
