"""Large data, in small: every part is timed."""

from pathlib import Path

from benchmarks.large import generate, measure


def test_every_part_is_measured(tmp_path: Path) -> None:
    events, links = generate(3_000)
    assert len(events) == 3_000
    assert not events.duplicated(["user_id", "item_id"]).any()
    assert events["item_id"].value_counts().max() > 3 * 3_000 / events["item_id"].nunique()
    events.to_csv(tmp_path / "events.csv", index=False)
    links.to_csv(tmp_path / "links.csv", index=False)
    rows = measure(tmp_path, steps=1, dim=4, device="cpu")
    parts = [row["part"] for row in rows]
    assert parts[0] == "loading"
    assert parts[-3:] == [
        "an epoch of 2 steps, 0 tasks",
        "an epoch of 2 steps, 7 tasks",
        "evaluation of an epoch",
    ]
    assert all(row["CPU s"] > 0 for row in rows)
