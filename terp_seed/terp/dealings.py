"""The figures of one unit's dealings: its orders, invoices, bills and payments as whole numbers.

Missing days and places are -1.
"""

from dataclasses import dataclass, field

from terp_seed.terp.figures import WAREHOUSE

# a batch's place, and the quantity
Line = tuple[int, int]


@dataclass(slots=True)
class Order:
    """An Order is a quote, or a sale with its progress. Missing days and places are -1."""

    fulfillment: str
    quote: str | None
    is_draft: bool
    is_picked: bool  # its goods are being collected
    valid_days: int
    client: int
    credit_days: int
    user: int
    clock: int
    day: int = 0
    pack_day: int = -1
    ship_day: int = -1
    end_day: int = -1  # the day of a cancellation, or of the return of the goods
    converted_day: int = -1
    converted_from: int = -1  # the place of the quote that became this sale
    place: int = -1
    invoice: int = -1
    invoice_status: str = ""
    lines: list[Line] = field(default_factory=list)
    total: int = 0
    cost: int = 0
    payments: tuple[tuple[int, int], ...] = ()  # days, and the percentage that is paid in total by then

    @property
    def ships(self) -> bool:
        """Tell whether the goods were shipped, even if they came back."""
        return self.ship_day >= 0

    @property
    def comes_back(self) -> bool:
        """Tell whether the goods came back."""
        return self.ship_day >= 0 and self.end_day >= 0

    @property
    def is_open(self) -> bool:
        """Tell whether goods are reserved for it."""
        return not self.is_draft and self.fulfillment in ("READY_FOR_PACKING", "PACKED")

    @property
    def packer(self) -> int:
        """Return the user who packs it."""
        return WAREHOUSE[self.clock % 2]

    @property
    def shipper(self) -> int:
        """Return the user who ships it."""
        return WAREHOUSE[self.clock // 2 % 2]

    @property
    def pack_clock(self) -> int:
        """Return the minute of packing: in the morning before the shipment, or in the evening of an earlier day."""
        return (14 * 60 if self.pack_day == self.ship_day else 19 * 60) + self.clock * 7 % 150

    @property
    def ship_clock(self) -> int:
        """Return the minute of shipment and invoicing."""
        return 18 * 60 + self.clock * 11 % 180

    @property
    def end_clock(self) -> int:
        """Return the minute of delivery, cancellation or return."""
        return 15 * 60 + self.clock * 13 % 300


# a service's place in SERVICES, the quantity and the price
Service = tuple[int, int, int]


@dataclass(slots=True)
class Invoice:
    """An Invoice is for an order, or was made manually for services."""

    order: int  # the order's place, or -1
    client: int
    day: int
    clock: int
    credit_days: int
    status: str
    total: int
    user: int
    cost: int = 0
    paid: int = 0
    services: tuple[Service, ...] = ()
    void_day: int = -1

    @property
    def due_day(self) -> int:
        """Return the day on which it is due, by its terms."""
        return self.day + self.credit_days

    @property
    def due(self) -> int:
        """Return the unpaid amount; a void invoice keeps its amount."""
        return self.total - self.paid

    @property
    def is_issued(self) -> bool:
        """Tell whether it was sent to the client and is not void."""
        return self.status not in ("DRAFT", "VOID")

    @property
    def is_owed(self) -> bool:
        """Tell whether an amount is outstanding."""
        return self.status in ("SENT", "VIEWED", "PARTIAL", "OVERDUE")


@dataclass(slots=True)
class Bill:
    """A Bill is a vendor's bill for a lot, which lists the lot's batches at cost."""

    lot: int
    day: int
    credit_days: int
    status: str
    total: int
    paid: int = 0
    paid_day: int = -1

    @property
    def due_day(self) -> int:
        """Return the day on which it is due."""
        return self.day + self.credit_days


@dataclass(slots=True)
class Payment:
    """A Payment is received for an invoice, or sent for a bill or, if neither is set, for sold goods of a consigned batch."""

    client: int
    day: int
    clock: int
    amount: int
    method: str
    invoice: int = -1
    bill: int = -1

    @property
    def is_received(self) -> bool:
        """Tell whether it was received from a client."""
        return self.invoice >= 0

    @property
    def is_for_consigned(self) -> bool:
        """Tell whether it was sent to a vendor for sold consigned goods."""
        return self.invoice < 0 and self.bill < 0
