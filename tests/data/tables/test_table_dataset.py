import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from ausrec.data.build_graph import RATES, TRUSTS
from ausrec.data.describe import describe
from ausrec.data.tables.assumptions import reading_of
from ausrec.data.tables.table_dataset import TableDataset
from ausrec.errors import AusrecError
from ausrec.graph.splits import split_interactions

PLAYS = "user,item,rating,timestamp\nbob,x1,3,20\nann,x2,4.5,10\nbob,x2,1,5\n"
FRIENDS = "user,friend\nann,bob\nbob,cleo\n"


@pytest.fixture
def write(tmp_path):
    def write(name, content):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def check(data):
    assert data["user"].raw_id == ["ann", "bob", "cleo"]
    assert data["item"].raw_id == ["x1", "x2"]
    assert data[RATES].edge_index.tolist() == [[0, 1, 1], [1, 0, 1]]
    assert data[RATES].weight.tolist() == [4.5, 3.0, 1.0]
    assert data[RATES].time.tolist() == [10, 20, 5]
    assert data[TRUSTS].edge_index.tolist() == [[0, 1], [1, 2]]


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("plays.csv", lambda text: text.encode()),
        ("plays.CSV", lambda text: text.rstrip("\n").encode()),
        ("plays.csv", lambda text: b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()),
        ("plays.csv", lambda text: text.replace("\n", "\n\n").encode()),
        ("plays.csv", lambda text: text.replace(",", ";").encode()),
        ("plays.csv", lambda text: text.replace("bob", '"bob"').replace(",", " , ").encode()),
        ("plays.tsv", lambda text: text.replace(",", "\t").encode()),
        ("plays.txt", lambda text: text.replace(",", "\t").encode()),
    ],
    ids=["csv", "no last line end", "windows and mark", "blank lines", "semicolons", "spaces",
         "tsv", "txt"],
)  # fmt: skip
def test_text_tables(write, name, change):
    if " , " in change(PLAYS).decode():
        plays = write(name, change(PLAYS).replace(b'"', b""))
    else:
        plays = write(name, change(PLAYS))
    check(TableDataset(plays, write("friends.csv", FRIENDS))[0])


def test_parquet_and_frames(write, tmp_path):
    plays = pd.read_csv(write("plays.csv", PLAYS))
    friends = pd.read_csv(write("friends.csv", FRIENDS))
    check(TableDataset(plays, friends)[0])
    plays.to_parquet(tmp_path / "plays.parquet")
    friends.to_parquet(tmp_path / "friends.pq")
    check(TableDataset(tmp_path / "plays.parquet", tmp_path / "friends.pq")[0])


def test_quoted_commas_and_line_ends(write):
    plays = write("plays.csv", 'user,item\n"Doe, Ann","a ""b"""\n"Doe, Ann","two\nlines"\n')
    data = TableDataset(plays)[0]
    assert data["user"].raw_id == ["Doe, Ann"]
    assert data["item"].raw_id == ['a "b"', "two\nlines"]


def test_any_ids(write):
    assert TableDataset(write("p.csv", "user,item\n10,007\n9,NA\n"))[0]["user"].raw_id == [
        "9",
        "10",
    ]
    assert TableDataset(write("p.csv", "user,item\n10,007\n9,NA\n"))[0]["item"].raw_id == [
        "007",
        "NA",
    ]
    frame = pd.DataFrame({"user": [2**53 + 1, 3], "item": [1.0, 2.0]})
    data = TableDataset(frame)[0]
    assert data["user"].raw_id == ["3", "9007199254740993"]
    assert data["item"].raw_id == ["1", "2"]


@pytest.mark.parametrize(
    ("header", "options"),
    [
        ("User ID,Artist_ID", {}),
        ("uid,ISBN", {}),
        ("junk,who,movieId", {"user": "who"}),
        ("user,item,who,what", {"user": "who", "item": "what"}),
    ],
)
def test_columns_are_recognised_or_named(write, header, options):
    columns = header.split(",")
    row = ["0"] * len(columns)
    row[columns.index(options.get("user", columns[0]))] = "u"
    row[columns.index(options.get("item", columns[-1]))] = "i"
    data = TableDataset(write("p.csv", f"{header}\n{','.join(row)}\n"), **options)[0]
    assert (data["user"].raw_id, data["item"].raw_id) == (["u"], ["i"])
    assert "weight" not in data[RATES]


@pytest.mark.parametrize(
    ("friends", "options"),
    [
        ("source,target\nann,bob\n", {}),
        ("target,source\nbob,ann\n", {}),
        ("trust,value\nann,bob\n", {}),
        ("since,a,b\n1999,ann,bob\n", {"social_columns": ("a", "b")}),
        ("user,friend,since\nann,bob,1999\nann,ann,2000\n", {}),
    ],
    ids=["source target", "target source", "first two", "named", "self link"],
)
def test_social_columns(write, friends, options):
    data = TableDataset(write("p.csv", PLAYS), write("f.csv", friends), **options)[0]
    assert data[TRUSTS].edge_index.tolist() == [[0], [1]]


def test_mutual_stores_both_directions(write):
    data = TableDataset(write("p.csv", PLAYS), write("f.csv", FRIENDS), mutual=True)[0]
    assert data[TRUSTS].edge_index.tolist() == [[0, 1, 1, 2], [1, 0, 2, 1]]


def test_names_and_further_nodes(write):
    data = TableDataset(
        write("p.csv", PLAYS),
        items=write("i.csv", "item,title,genre\nx2,Two,dub\nx9,Nine,folk\nx1,,folk\n"),
        users=write("u.csv", "id,name\nbob,Bob B.\n"),
        links={("item", "has", "genre"): write("g.csv", "item,genre\nx1,folk\nx2,dub\nx3,dub\n")},
    )[0]
    assert data["item"].raw_id == ["x1", "x2", "x3"]
    assert data["item"].name == ["x1", "Two", "x3"]
    assert data["user"].name == ["ann", "Bob B."]
    assert data["genre"].raw_id == ["dub", "folk"]
    assert data["item", "has", "genre"].edge_index.tolist() == [[0, 1, 2], [1, 0, 0]]
    assert TRUSTS not in data.edge_types


def test_given_test_table(write):
    data = TableDataset(write("p.csv", PLAYS), test=write("t.csv", "user,item\nann,x1\nbob,x1\n"))[
        0
    ]
    assert data[RATES].edge_index.tolist() == [[0, 0, 1, 1], [0, 1, 0, 1]]
    assert data[RATES].test_mask.tolist() == [True, False, False, False]


def test_repeated_rows_add_up(write):
    data = TableDataset(
        write("p.csv", "user,item,plays,date\na,b,2,2024-01-02\na,b,3,1970-01-02\n")
    )
    assert data[0][RATES].weight.tolist() == [5.0]
    assert data[0][RATES].time.tolist() == [1704153600]


def test_dates_of_a_frame():
    frame = pd.DataFrame(
        {
            "user": [1, 1],
            "item": [1, 2],
            "time": pd.to_datetime(["1970-01-02 00:00", "1970-01-01 00:01"]),
        }
    )
    assert TableDataset(frame)[0][RATES].time.tolist() == [86400, 60]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("user,thing\na,b\n", "no column that looks like the items; found user, thing; name it by"),
        ("user,item,user\na,b,c\n", ": two columns are called 'user'"),
        ("", ": is empty"),
        ("user,item\n", ": no rows"),
        ("user,item\na,b\n,c\n", ":3: no value in column 'user'"),
        ("user,item\n\na,b\n\n\na,  \n", ":6: no value in column 'item'"),
        ('user,item\n"a\nb",c\nd,\n', ":4: no value in column 'item'"),
        ("user,item\na,b,c\n", "Expected 2 fields in line 2, saw 3"),
        ("user,item\na,b\n\na,b,c\n", "Expected 2 fields in line 4, saw 3"),
        ("user,item\na,b\na\n", ":3: no value in column 'item'"),
        ('user,item\na,b\n"a,b\n', "EOF inside string starting at row 2"),
        ("user,item,rating\na,b,3\na,c,good\n", ":3: 'good' in column 'rating' is not a number"),
        ("user,item,rating\na,b,\n", ":2: '' in column 'rating' is not a number"),
        ("user,item,rating\na,b,inf\n", ":2: 'inf' in column 'rating' is not a number"),
        ("user,item,time\na,b,1\na,c,soon\n", ":3: 'soon' in column 'time' is neither"),
        ("user,item,time\na,b,2024-01-01\na,c,7\n", ":3: '7' in column 'time' is neither"),
        ("user,item,time\na,b,99999999999999999999\n", ":2: '99999999999999999999' in column"),
        (b'user,item\nc,d\n"a,2\nb,2\n', "EOF inside string starting at row 2"),
    ],
)
def test_bad_tables_are_refused_in_one_line(write, content, message):
    path = write("plays.csv", content)
    with pytest.raises(AusrecError) as error:
        TableDataset(path)
    assert str(error.value).startswith(str(path))
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_wrong_kinds_of_files(write, tmp_path):
    for path, message in [
        (tmp_path, "a folder; name the file that holds the interactions"),
        (tmp_path / "none.csv", "no such file"),
    ]:
        with pytest.raises(AusrecError, match=message) as error:
            TableDataset(path)
        assert str(error.value).startswith(str(path))


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA])
def test_missing_ids_of_a_frame(missing):
    frame = pd.DataFrame({"user": ["a", missing], "item": ["b", "c"]}, index=[7, 8])
    with pytest.raises(
        AusrecError, match="the interactions table, row 1: no value in column 'user'"
    ):
        TableDataset(frame)
    numbers = pd.DataFrame({"user": [1.0, np.nan], "item": ["b", "c"]})
    with pytest.raises(AusrecError, match="row 1: no value"):
        TableDataset(numbers)


@pytest.mark.parametrize(
    ("friends", "message"),
    [
        ("user,friend\n1,2\n", "names nobody with interactions, as '1' against 'bob' there"),
        ("user,friend\nann,ann\n", "every link leads from a user to the same user"),
        ("user\nann\n", "found only column user; a link needs two columns"),
        ("user,friend\nann,\n", ":2: no value in column 'friend'"),
    ],
)
def test_bad_social_tables(write, friends, message):
    path = write("friends.csv", friends)
    with pytest.raises(AusrecError, match=message) as error:
        TableDataset(write("p.csv", PLAYS), path)
    assert str(error.value).startswith(str(path))


def test_named_columns_must_exist(write):
    plays, friends = write("p.csv", PLAYS), write("f.csv", FRIENDS)
    for options in ({"user": "who"}, {"item": "who"}, {"weight": "who"}, {"time": "who"},
                    {"social_columns": ("user", "who")}):  # fmt: skip
        with pytest.raises(AusrecError, match="no column 'who'; found user, "):
            TableDataset(plays, friends, **options)


def test_names_table_without_names(write):
    with pytest.raises(
        AusrecError, match=r"i\.csv: no column that looks like the names; found item"
    ):
        TableDataset(write("p.csv", PLAYS), items=write("i.csv", "item,genre\nx1,dub\n"))


def test_links_between_users_are_the_first_two_columns(write):
    plays = write("plays.csv", PLAYS)
    for name, table in (("f.csv", FRIENDS), ("g.csv", "user,user_2\nann,bob\nbob,cleo\n")):
        links = {("user", "follows", "user"): write(name, table)}
        graph = TableDataset(plays, links=links)[0]
        assert graph["user"].raw_id == ["ann", "bob", "cleo"]
        assert graph["user", "follows", "user"].edge_index.tolist() == [[0, 1], [1, 2]]


def test_a_wrong_row_of_links_is_named_with_its_line_whatever_the_columns_are_called(write):
    plays = write("plays.csv", PLAYS)
    for table in ("genre,item\nfolk,x1\n,x2\n", "item,genre\nx1,folk\nx2,\n"):
        path = write("genres.csv", table)
        with pytest.raises(AusrecError, match=r"genres\.csv:3: no value in column 'genre'"):
            TableDataset(plays, links={("item", "has", "genre"): path})


def test_links_do_not_take_the_place_of_interactions_or_friends(write):
    plays, friends = write("plays.csv", PLAYS), write("f.csv", FRIENDS)
    for edge_type, words in ((RATES, "are interactions"), (TRUSTS, "are interactions")):
        with pytest.raises(AusrecError, match=f"links: {'-'.join(edge_type)} {words}"):
            TableDataset(plays, links={edge_type: friends})


def test_one_column_cannot_hold_both_users_and_items(write):
    with pytest.raises(AusrecError, match="column 'user' cannot hold both the users and the items"):
        TableDataset(write("plays.csv", PLAYS), item="user")


def test_validation_and_test_tables_hold_out_what_no_earlier_part_has(write):
    data = TableDataset(
        write("p.csv", "user,item\nann,x1\nbob,x2\n"),
        val=write("v.csv", "user,item\nann,x2\nann,x1\n"),
        test=write("t.csv", "user,item\nann,x2\nbob,x1\nbob,x2\n"),
    )[0]
    store = data[RATES]
    assert store.edge_index.tolist() == [[0, 0, 1, 1], [0, 1, 0, 1]]
    assert store.val_mask.tolist() == [False, True, False, False]
    assert store.test_mask.tolist() == [False, False, True, False]
    facts = describe(data).set_index(["part", "quantity"])["value"]
    assert (
        facts["user rates item", "validation edges"] == facts["user rates item", "test edges"] == 1
    )
    alone = TableDataset(
        write("p.csv", "user,item\nann,x1\nbob,x2\n"), val=write("v.csv", "user,item\nann,x2\n")
    )[0]
    assert alone[RATES].val_mask.tolist() == [False, True, False]
    assert "test_mask" not in alone[RATES]


def test_held_out_rows_that_nothing_can_rank_are_no_part_of_the_graph(write):
    dataset = TableDataset(
        write("p.csv", "user,item\nann,x1\nbob,x2\n"),
        write("f.csv", "user,friend\nann,cyd\n"),
        test=write("t.csv", "user,item\nann,x2\nnew,x1\nann,y\ncyd,x1\n"),
    )
    store = dataset[0][RATES]
    # The friend without interactions is a node, so that her row is held out, and cold.
    assert dataset[0]["user"].raw_id == ["ann", "bob", "cyd"]
    assert dataset[0]["item"].raw_id == ["x1", "x2"]
    assert store.test_mask.tolist() == [False, True, False, True]
    assert store.cold_mask.tolist() == [False, False, False, True]
    assert reading_of(dataset[0]).unknown == {"test": 2}
    part = split_interactions(dataset[0], val=0.0).test[RATES]
    assert part.edge_label_index.tolist() == [[0], [1]]
    assert part.cold_index.tolist() == [[2], [0]]


def test_rows_in_two_tables_can_be_held_out(write):
    tables = write("p.csv", "user,item\nann,x1\nbob,x1\nbob,x2\n"), None
    test = write("t.csv", "user,item\nbob,x1\n")
    kept = TableDataset(*tables, test=test)[0]
    assert kept[RATES].edge_index.size(1) == 3 and not kept[RATES].test_mask.any()
    moved = TableDataset(*tables, test=test, drop_overlap=True)[0]
    assert moved[RATES].test_mask.tolist() == [False, True, False]


def test_further_test_tables_are_kept_by_name(write):
    data = TableDataset(
        write("p.csv", PLAYS), tests={"late": write("t.csv", "user,item\nann,x1\nann,q\n")}
    )[0]
    assert reading_of(data).tests["late"].tolist() == [[0], [0]]
    assert reading_of(data).unknown == {"test late": 1} and "test_mask" not in data[RATES]


def test_preparation_reaches_links_and_social_links(write):
    plays = "user,item,rating\na,x,5\na,y,5\nb,x,5\nb,y,5\nc,z,5\nc,x,1\n"
    data = TableDataset(
        write("p.csv", plays),
        write("f.csv", "user,friend\na,b\na,c\n"),
        links={("item", "has", "genre"): write("g.csv", "item,genre\nx,dub\nz,folk\nnever,folk\n")},
        min_rating=4,
        core=2,
    )[0]
    assert data["user"].raw_id == ["a", "b"] and data["item"].raw_id == ["x", "y"]
    assert data["genre"].raw_id == ["dub"] and data[TRUSTS].edge_index.tolist() == [[0], [1]]
    steps = [(step.step, step.taken) for step in reading_of(data).steps]
    assert steps == [
        ("rating of 4 or more", 1), ("2-core", 1), ("links among users with interactions", 1)
    ]  # fmt: skip
    # What preparation takes away had interactions, and is no sign of other ids.
    assert "g.csv: 1 of 3 ids have no interactions" in reading_of(data).assumed


def test_preparation_that_leaves_no_links_is_refused(write):
    genres = write("g.csv", "item,genre\nz,folk\n")
    plays = write("p.csv", "user,item\na,x\na,y\nb,x\nb,y\nc,z\n")
    with pytest.raises(AusrecError, match=r"g\.csv: preparation leaves no item-has-genre links"):
        TableDataset(plays, links={("item", "has", "genre"): genres}, core=2)


def test_links_may_name_their_columns_and_be_several_in_a_field(write):
    genres = write("m.csv", "film,title,style\nx1,One,dub|folk\n")
    edge_type = ("item", "has", "genre")
    data = TableDataset(write("p.csv", PLAYS), links={edge_type: (genres, ("film", "style"))})[0]
    assert data["genre"].raw_id == ["dub", "folk"]


def test_columns_by_their_place_and_names_by_their_column(write):
    checkins = "7\t2010-10-19T23:55:27Z\t30.2\t-97.7\t22847\n9\t2010-10-18T22:17:43Z\t1\t2\t33\n"
    data = TableDataset(
        write("gowalla.txt", checkins),
        items=write("i.csv", "item,label\n33,Bar\n"),
        user="1",
        item="5",
        time="2",
        name="label",
    )[0]
    assert data["item"].raw_id == ["33", "22847"] and data["item"].name == ["Bar", "22847"]
    assert data[RATES].time.tolist() == [1287532527, 1287440263]


def test_what_python_holds_is_read():
    matrix = sparse.csr_matrix(np.array([[1, 0], [1, 1]]))
    for source in (matrix, [(0, 0), (1, 0), (1, 1)], np.array([[0, 0], [1, 0], [1, 1]])):
        assert TableDataset(source)[0][RATES].edge_index.tolist() == [[0, 1, 1], [0, 0, 1]]
    with pytest.raises(AusrecError, match="the interactions table is a int"):
        TableDataset(7)
    with pytest.raises(AusrecError, match="no setting 'cores'; did you mean 'core'"):
        TableDataset(matrix, cores=5)
    with pytest.raises(AusrecError, match="core is 'many', but must be a whole number"):
        TableDataset(matrix, core="many")


def test_guesses_are_noted(write):
    data = TableDataset(
        write("p.csv", "ann,x,5\nbob,x,1\nbob,y,2\n"),
        items=write("i.csv", "item,name\nq,Q\n"),
        val=write("v.csv", "user,item\nann,y\n"),
    )[0]
    assert reading_of(data).assumed == [
        "the weights (column rating) count in no loss: every interaction is alike",
        "p.csv: no header line; its columns are user, item, rating",
        "every rating is an interaction, from 1 to 5: no --data.min_rating",
        "i.csv: names 0 of 2 items; ids are 'q' there, 'x' here",
    ]


def test_a_format_for_one_of_the_tables(write):
    plays, friends = write("p.txt", "1 2 3\n2 3 1\n"), write("f.txt", "1 2 3\n")
    data = TableDataset(plays, friends, format="interactions=adjacency,social=adjacency")[0]
    assert data[RATES].edge_index.size(1) == 4 and data[TRUSTS].edge_index.size(1) == 2
    with pytest.raises(AusrecError, match="format is 'adjacent'; did you mean 'adjacency'"):
        TableDataset(plays, format="adjacent")
