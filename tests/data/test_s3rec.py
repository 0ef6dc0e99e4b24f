import json

from ausrec.data.build_graph import RATES
from ausrec.data.datasets import load_dataset
from ausrec.data.describe import describe
from ausrec.data.s3rec import HAS_ATTRIBUTE, read_s3rec
from ausrec.graph.sequences import Sequences


def written(folder, lines="1 5 3 9\n2 3 5\n", attributes=None):
    paths = folder / "x.txt", folder / "x.json"
    paths[0].write_text(lines)
    held = {"5": [1, 2, 1], "3": [2], "9": [], "4": [7]} if attributes is None else attributes
    paths[1].write_text(held if isinstance(held, str) else json.dumps(held))
    return paths


def test_order_is_that_of_the_file_and_attributes_are_kept_once(tmp_path):
    graph = read_s3rec(*written(tmp_path))
    names = graph["item"].raw_id
    sequences = Sequences.of(graph)
    assert [names[item] for item in sequences.items] == ["5", "3", "9", "3", "5"]
    assert sequences.starts.tolist() == [0, 3, 5]
    pairs = graph[HAS_ATTRIBUTE].edge_index.T.tolist()
    of_names = [(names[item], graph["attribute"].raw_id[a]) for item, a in pairs]
    assert of_names == [("3", "2"), ("5", "1"), ("5", "2")]
    assert graph["attribute"].num_nodes == 2, "item 4 is in no sequence"


def test_the_published_sets_have_their_sizes(real_data):
    for name, sizes in (
        ("s3rec_lastfm", (1090, 3646, 52551, 388)),
        ("s3rec_beauty", (22363, 12101, 198502, 637)),
    ):
        graph = load_dataset(name, real_data)
        events = graph[RATES].edge_index.size(1)
        counts = [graph[node].num_nodes for node in ("user", "item", "attribute")]
        assert (counts[0], counts[1], events, counts[2]) == sizes
        table = describe(graph).set_index("quantity")["value"]
        assert table["users with a tied last step"] == 0
