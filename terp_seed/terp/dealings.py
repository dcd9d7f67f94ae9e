"""The plain figures of what one unit did: its orders, invoices, bills and payments as whole numbers.

Days and places that one has not are -1.
"""

from dataclasses import dataclass, field

from terp_seed.terp.figures import WAREHOUSE

# a quantity of one batch: the batch's place, and how many
Line = tuple[int, int]


@dataclass(slots=True)
class Order:
    """An Order: a quote, or a sale and how far it has come. Days and places that it has not are -1."""

    fulfillment: str
    quote: str | None
    is_draft: bool
    is_picked: bool  # somebody is collecting its goods
    valid_days: int
    client: int
    credit_days: int
    user: int
    clock: int
    day: int = 0
    pack_day: int = -1
    ship_day: int = -1
    end_day: int = -1  # when a cancelled one was cancelled, and when returned goods came back
    converted_day: int = -1
    converted_from: int = -1  # the place of the quote that became this sale
    place: int = -1
    invoice: int = -1
    invoice_status: str = ""
    lines: list[Line] = field(default_factory=list)
    total: int = 0
    cost: int = 0
    payments: tuple[tuple[int, int], ...] = ()  # when, and how many percent are paid in the end

    @property
    def ships(self) -> bool:
        """Tell whether the goods have left, even if they came back."""
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
        """Which user packs it."""
        return WAREHOUSE[self.clock % 2]

    @property
    def shipper(self) -> int:
        """Which user ships it."""
        return WAREHOUSE[self.clock // 2 % 2]

    @property
    def pack_clock(self) -> int:
        """When it is packed: in the morning of the shipment, or in the evening before."""
        return (14 * 60 if self.pack_day == self.ship_day else 19 * 60) + self.clock * 7 % 150

    @property
    def ship_clock(self) -> int:
        """When it is shipped, and invoiced."""
        return 18 * 60 + self.clock * 11 % 180

    @property
    def end_clock(self) -> int:
        """When it is delivered, cancelled or comes back."""
        return 15 * 60 + self.clock * 13 % 300


# a service: its place in SERVICES, how many, at what price
Service = tuple[int, int, int]


@dataclass(slots=True)
class Invoice:
    """An Invoice of an order, or made by hand for services."""

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
        """When it falls due, by its terms."""
        return self.day + self.credit_days

    @property
    def due(self) -> int:
        """What is left to pay; a void invoice keeps what it was about."""
        return self.total - self.paid

    @property
    def is_issued(self) -> bool:
        """Tell whether it was sent to the client and stands."""
        return self.status not in ("DRAFT", "VOID")

    @property
    def is_owed(self) -> bool:
        """Tell whether something of it is to be collected."""
        return self.status in ("SENT", "VIEWED", "PARTIAL", "OVERDUE")


@dataclass(slots=True)
class Bill:
    """A Bill of a vendor for a lot: it lists the lot's batches at cost."""

    lot: int
    day: int
    credit_days: int
    status: str
    total: int
    paid: int = 0
    paid_day: int = -1

    @property
    def due_day(self) -> int:
        """When it falls due."""
        return self.day + self.credit_days


@dataclass(slots=True)
class Payment:
    """A Payment: received for an invoice, or sent for a bill or for what was sold of a consigned batch. Only one of them is "
    "set."""

    client: int
    day: int
    clock: int
    amount: int
    method: str
    invoice: int = -1
    bill: int = -1

    @property
    def is_received(self) -> bool:
        """Tell whether a client paid us."""
        return self.invoice >= 0

    @property
    def is_for_consigned(self) -> bool:
        """Tell whether a vendor was paid for what was sold of its goods."""
        return self.invoice < 0 and self.bill < 0
