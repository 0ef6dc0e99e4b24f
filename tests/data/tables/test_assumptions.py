import pandas as pd
from torch_geometric.data import HeteroData

from ausrec.data import TableDataset, reading_of
from ausrec.data.tables.assumptions import Reading, Step, Taken


def test_the_summary_has_a_line_for_the_columns_and_one_for_each_step():
    reading = Reading(
        [Taken("p.csv", "users", "who", "asked for"), Taken("p.csv", "items", "item", "its name"),
         Taken("f.csv", "link from", "a", "its place")],
        [Step("5-core", 2000, 1500)],
    )  # fmt: skip
    assert reading.lines == [
        "Columns: p.csv: users = who, items = item; f.csv: link from = a",
        "5-core: 1,500 of 2,000 rows taken away",
    ]
    assert Reading().lines == []


def test_a_graph_carries_its_record():
    graph = TableDataset(pd.DataFrame({"user": ["a"], "artist": ["x"]}))[0]
    assert [each.column for each in reading_of(graph).columns] == ["user", "artist"]
    assert reading_of(HeteroData()) == Reading()
