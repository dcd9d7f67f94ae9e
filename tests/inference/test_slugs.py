"""A table of any name gets a file and a revision of its own."""

from terp_seed.inference.slugs import slugs_of


def test_names_of_any_letters() -> None:
    found = slugs_of(["Order Details", "orderDetails", "naïve", "2fa", "class", "ledger", "—", "a" * 40, "x-y", "x_y"])
    assert found == {
        "Order Details": "order_details",
        "orderDetails": "order_details_2",
        "naïve": "naive",
        "2fa": "t_2fa",
        "class": "class_table",
        "ledger": "ledger_table",
        "—": "table",
        "a" * 40: "a" * 32,
        "x-y": "x_y_2",
        "x_y": "x_y",
    }


def test_taken_names_are_not_used_again() -> None:
    assert slugs_of(["books"], {"books", "books_2"}) == {"books": "books_3"}
