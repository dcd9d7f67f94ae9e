"""The slots of a unit: the fixed progress of each of its orders, invoices, bills and batches.

They make the number of rows of every table constant. Parties, days, goods and quantities are random.
"""

from typing import NamedTuple

from terp_seed.terp.figures import BATCHES_OF_A_LOT, LOTS, VENDORS

READY, PACKED, SHIPPED, DELIVERED, CANCELLED = "READY_FOR_PACKING", "PACKED", "SHIPPED", "DELIVERED", "CANCELLED"
RETURNED, RESTOCKED, TO_VENDOR = "RETURNED", "RESTOCKED", "RETURNED_TO_VENDOR"
BACK = (RETURNED, RESTOCKED, TO_VENDOR)

# the ages of the lots in days, oldest first; the vendors take turns, and the last one's goods are on consignment
LOT_AGES = (175, 165, 150, 140, 130, 100, 60, 22, 11, 4)
CONSIGNING = VENDORS - 1
LAST_LOT = LOTS - 1  # not sold yet
STATUSES = (
    *("SOLD_OUT", "CLOSED", "LIVE"),
    *("LIVE", "LIVE", "LIVE") * 3,
    *("SOLD_OUT", "LIVE", "LIVE"),
    *("LIVE", "LIVE", "LIVE"),
    *("LIVE", "LIVE", "ON_HOLD"),
    *("LIVE", "LIVE", "LIVE"),
    *("LIVE", "QUARANTINED", "AWAITING_INTAKE") * 2,
)
CONSIGNED_SOLD_OUT = 4 * BATCHES_OF_A_LOT
CONSIGNED = tuple(place for place in range(BATCHES_OF_A_LOT * LOTS) if place // BATCHES_OF_A_LOT % VENDORS == CONSIGNING)
CONSIGNED_SOLD = (CONSIGNED_SOLD_OUT, CONSIGNED_SOLD_OUT + 1, CONSIGNED_SOLD_OUT + 2)


class OrderSlot(NamedTuple):
    """An OrderSlot is the progress of an order, and the range of days since it was placed or, if it ships, shipped.

    For OVERDUE ones, the days count from the due day.
    """

    fulfillment: str
    lines: int
    youngest: int
    oldest: int
    quote: str | None = None
    invoice: str = ""
    valid_days: int = 30
    is_draft: bool = False
    is_picked: bool = False
    least_credit: int = 0  # days; a buyer who pays immediately has no open invoices
    paid: tuple[int, int] | None = None  # the range of days since the payment, if it does not follow from the terms
    batch: int = -1  # of its first line

    @property
    def ships(self) -> bool:
        """Tell whether the goods are shipped."""
        return self.fulfillment in (SHIPPED, DELIVERED, *BACK)


NOT_SHIPPED = (
    OrderSlot(READY, 2, 35, 90, "CONVERTED", is_draft=True),
    OrderSlot(READY, 2, 1, 9, "UNSENT", is_draft=True),
    OrderSlot(READY, 2, 2, 10, "SENT", is_draft=True),
    OrderSlot(READY, 1, 31, 45, "SENT", valid_days=60, is_draft=True),
    OrderSlot(READY, 2, 31, 50, "VIEWED", valid_days=60, is_draft=True),
    OrderSlot(READY, 1, 32, 110, "REJECTED", is_draft=True),
    OrderSlot(READY, 2, 45, 110, "EXPIRED", is_draft=True),
    OrderSlot(READY, 1, 0, 0, is_draft=True),
    OrderSlot(READY, 2, 0, 0),
    OrderSlot(READY, 1, 1, 3),
    OrderSlot(READY, 3, 1, 3, is_picked=True),
    OrderSlot(PACKED, 2, 1, 4),
    OrderSlot(PACKED, 1, 1, 4),
    OrderSlot(CANCELLED, 1, 32, 110),
    OrderSlot(CANCELLED, 2, 32, 110, invoice="VOID"),
)
CONVERTED = 0  # the place of the converted quote in NOT_SHIPPED, and of its sale in SHIPMENTS
SHIPMENTS = (
    OrderSlot(DELIVERED, 2, 35, 90, invoice="PAID", least_credit=15),
    OrderSlot(DELIVERED, 1, 16, 28, invoice="PAID"),
    OrderSlot(DELIVERED, 2, 95, 135, invoice="PAID", batch=0),
    OrderSlot(DELIVERED, 2, 70, 105, invoice="PAID", batch=0),
    OrderSlot(DELIVERED, 2, 95, 130, invoice="PAID", batch=1),
    OrderSlot(DELIVERED, 1, 75, 110, invoice="PAID", batch=1),
    OrderSlot(DELIVERED, 2, 85, 115, invoice="PAID", batch=CONSIGNED_SOLD[0]),
    OrderSlot(DELIVERED, 1, 55, 80, invoice="PAID", batch=CONSIGNED_SOLD[0]),
    OrderSlot(DELIVERED, 2, 40, 110, invoice="PAID", batch=CONSIGNED_SOLD[1]),
    OrderSlot(DELIVERED, 2, 40, 110, invoice="PAID", batch=CONSIGNED_SOLD[2]),
    OrderSlot(RETURNED, 2, 60, 120, invoice="PAID"),
    OrderSlot(RESTOCKED, 2, 60, 120, invoice="PAID"),
    OrderSlot(TO_VENDOR, 1, 60, 120, invoice="PAID"),
    OrderSlot(DELIVERED, 3, 45, 110, invoice="PAID", least_credit=15),
    OrderSlot(DELIVERED, 1, 32, 44, invoice="PAID", least_credit=15, paid=(1, 5)),
    OrderSlot(DELIVERED, 2, 30, 42, invoice="PAID", least_credit=15, paid=(1, 5)),
    OrderSlot(DELIVERED, 2, 36, 52, invoice="PAID", least_credit=15, paid=(8, 11)),
    OrderSlot(DELIVERED, 1, 32, 50, invoice="PAID", least_credit=15, paid=(8, 11)),
    OrderSlot(DELIVERED, 3, 12, 20, invoice="PARTIAL", least_credit=30, paid=(1, 4)),
    OrderSlot(DELIVERED, 2, 17, 23, invoice="PARTIAL", least_credit=30, paid=(8, 10)),
    OrderSlot(SHIPPED, 2, 0, 0, invoice="SENT", least_credit=15),
    OrderSlot(SHIPPED, 1, 1, 3, invoice="SENT", least_credit=15),
    OrderSlot(SHIPPED, 2, 2, 4, invoice="SENT", least_credit=15),
    OrderSlot(DELIVERED, 2, 8, 20, invoice="SENT", least_credit=30),
    OrderSlot(DELIVERED, 1, 5, 8, invoice="VIEWED", least_credit=15),
    OrderSlot(DELIVERED, 2, 6, 8, invoice="VIEWED", least_credit=15),
    OrderSlot(DELIVERED, 4, 12, 23, invoice="VIEWED", least_credit=30),
    OrderSlot(DELIVERED, 1, 5, 12, invoice="OVERDUE", least_credit=15),
    OrderSlot(DELIVERED, 2, 9, 20, invoice="OVERDUE", least_credit=15),
    OrderSlot(DELIVERED, 2, 15, 27, invoice="OVERDUE", least_credit=15),
    OrderSlot(DELIVERED, 1, 33, 44, invoice="OVERDUE", least_credit=15),
    OrderSlot(DELIVERED, 3, 46, 57, invoice="OVERDUE", least_credit=15),
    OrderSlot(DELIVERED, 2, 63, 73, invoice="OVERDUE", least_credit=15),
    OrderSlot(DELIVERED, 1, 77, 87, invoice="OVERDUE", least_credit=15),
    OrderSlot(DELIVERED, 4, 93, 107, invoice="OVERDUE", least_credit=15),
)
AT_ONCE = 1  # the place in SHIPMENTS of a sale to the buyer who pays immediately
IN_TWO = 13  # the place in SHIPMENTS of the sale that was paid in two parts
ORDER_SLOTS = (*NOT_SHIPPED, *SHIPMENTS)

# the numbers of unshipped and shipped orders of each buyer; the two large ones come first
ORDERS_NOT_SHIPPED = (5, 5, 1, 1, 1, 1, 1)
ORDERS_SHIPPED = (12, 12, 3, 2, 2, 2, 2)
BUYERS = len(ORDERS_SHIPPED)


class ByHand(NamedTuple):
    """A ByHand is an invoice without an order: its status, and the range of days since it was made or, if OVERDUE, due."""

    status: str
    services: int
    youngest: int
    oldest: int


BY_HAND = (
    ByHand("PAID", 1, 18, 45),
    ByHand("PAID", 2, 40, 75),
    ByHand("PAID", 1, 70, 130),
    ByHand("SENT", 1, 2, 8),
    ByHand("SENT", 1, 2, 8),
    ByHand("SENT", 2, 4, 8),
    ByHand("VIEWED", 1, 5, 8),
    ByHand("OVERDUE", 1, 10, 27),
    ByHand("VOID", 1, 30, 90),
    ByHand("DRAFT", 1, 1, 2),
    ByHand("DRAFT", 1, 1, 4),
    ByHand("DRAFT", 2, 1, 6),
    ByHand("DRAFT", 1, 2, 8),
    ByHand("DRAFT", 1, 3, 8),
)


class BillSlot(NamedTuple):
    """A BillSlot is the bill for a lot: its status, and the paid percentage."""

    lot: int
    status: str
    paid: int = 0


BILL_SLOTS = (
    BillSlot(0, "PAID", 100),
    BillSlot(1, "PAID", 100),
    BillSlot(2, "PAID", 100),
    BillSlot(3, "PAID", 100),
    BillSlot(5, "PARTIAL", 60),
    BillSlot(6, "OVERDUE"),
    BillSlot(7, "APPROVED"),
    BillSlot(8, "PENDING"),
)
# the fifty quotes of a later revision
LATER_QUOTES = (
    *(OrderSlot(READY, 1, 1, 9, "UNSENT", is_draft=True),) * 2,
    *(OrderSlot(READY, 2, 2, 10, "SENT", is_draft=True),) * 2,
    *(OrderSlot(READY, 1, 20, 40, "VIEWED", valid_days=60, is_draft=True),) * 2,
    *(OrderSlot(READY, 2, 30, 110, "REJECTED", is_draft=True),) * 20,
    *(OrderSlot(READY, 2, 45, 110, "EXPIRED", is_draft=True),) * 24,
)
