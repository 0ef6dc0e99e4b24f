"""What bad inputs are made of."""

# fmt: off
ODD_TEXTS = (
    *(
        "",
        " ",
        "-1",
        "0",
        "nan",
        "inf",
        "1e400",
        "9" * 30,
        "null",
        "true",
        "[]",
        "{}",
        "[1",
        "{a: 1",
    ),
    *("a(b=1)", "ausrec(", "(((", "~nosuchuser", "*a", "&a [*a]", "!!python/object:os.system x"),
    *(
        "\x1b[31mred",
        "\x1b]0;title\x07",
        "a\u202eb",
        "\udcff",
        "é漢字",
        "x" * 5000,
        "../..",
        "/",
        ".",
    ),
    *(
        "a\nb",
        "none,none",
        "equal",
        "--",
        "=",
        "@",
        "1,2,3",
        "0.5",
        "%s",
        "\\",
        "'",
        '"',
        "|",
        "`id`",
    ),
)

ODD_BYTES = (
    *(
        b"",
        b"\n",
        b"\xff\xfe\x00",
        b"\x00" * 50,
        b"PAR1",
        b"PAR1" + b"\x00" * 40 + b"PAR1",
        b"\x1f\x8b\x08",
    ),
    *(
        b"user,item\n",
        b"user;item\n1;2\n",
        b'user,item\n"1,2\n',
        b"user,item\n1,2,3\n",
        b"user,user\n1,2\n",
    ),
    *(b"user,item,rating\n1,2,\n1,3,nan\n", b"user,item\n,\n", "user,item\nÀ,é\n".encode("utf-16")),
    *(
        b"user,item,rating\n1,2,inf\n2,1,1e999\n",
        b"user,item,time\n1,2,tomorrow\n",
        b"user,item\n\xff,1\n",
    ),
    *(
        b"user,item\n\x1b[31m1,2\n",
        b"a|b,c\n1,2\n",
        b"=cmd(),item\n1,2\n",
        b"user,item\r1,2\r3,4\r",
    ),
    *(
        b"user,item\n" + b"1,2\n" * 3,
        b"{}",
        b"[" * 9999,
        b"a: &a [*a]",
        b"a: *b",
        b"- 1\n- 2\n",
        b": :\n",
    ),
    *(
        b"train: 1\n",
        b"train:\n  epochs: {a: 1}\n",
        b"train: {epochs: 1, epochs: 2}\n",
        b"%YAML 9\n",
    ),
    *(b"a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n", b"!!python/object/apply:os.system ['true']\n"),
)

FLAGS = (
    *("--dim", "--layers", "--epochs", "--seed", "--device", "--threads", "--encoder", "--loss"),
    *("--tasks", "--weighting", "--metapath", "--link", "--config", "--dataset", "--data-root"),
    *(
        "--interactions",
        "--social",
        "--items",
        "--users",
        "--data.val",
        "--data.test",
        "--split.val",
    ),
    *("--split.test", "--split.how", "--split.seed", "--train.ks", "--train.select", "--train.l2"),
    *(
        "--train.learning_rate",
        "--train.batch_size",
        "--weighting.scale",
        "--tasks.sgl.temperature",
    ),
    *(
        "--model.dim",
        "--data.mutual",
        "--data.user",
        "--train.patience",
        "--train.checkpoint_every",
    ),
)

PLACES = (
    *("table.csv", "best.yaml", "trials.csv", "report.html", "config.yaml", "manifest.json"),
    *("unfinished/a.txt", "model.safetensors", "runs/a.json", "plays.csv", ".lock"),
    *("trials.journal", "tables/a.md", "metrics.json", "users.csv", "checkpoint.pt"),
)
# fmt: on
