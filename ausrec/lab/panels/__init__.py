"""Live panels: a file a panel, and where it computes in the browser, its module next to it.

`microscope.py` supplies the data and answers in Python, `microscope.js` computes and draws. A
module is one ES module in anywidget's format. `base/lib.js` and `base/frame.js`, which all share,
are put before it as text, so there is no build step and nothing to download.

    JupyterLab, Voilà      an anywidget, whose values Python and the browser share
    a page of the site     the static twin, which `base/stand_in.js` replaces by the living panel
    without JavaScript     the static twin

Panels derive from `base/live_panel.py`; those that train in the kernel from
`base/training_panel.py`. A new panel is listed in `ausrec/lab/__init__.py`.
"""
