"""The texts of appointments: titles by kind, descriptions of collection calls, and places."""

TITLES = {
    "FOLLOW_UP": (
        "Ask how {strain} sells",
        "Offer the next harvest of {strain}",
        "Talk about a standing weekly order",
        "Ask about their second location",
        "Go through what they did not reorder",
        "Follow up on the samples of {strain}",
    ),
    "MEETING": ("Quarterly review", "Tasting of {strain}", "Terms and credit limit", "Store visit", "Plan of the holiday season"),
    "INTAKE": (
        "Intake: about forty pounds of {strain}",
        "Intake: ten cases of cartridges",
        "Intake: mixed lot, see the purchase order",
        "Intake: pre-rolls and gummies",
        "Intake: {strain} and smalls",
    ),
    "PHOTOGRAPHY": ("Photos of the new batches of {strain}", "Photos for the next menu", "Photos of {strain}, again"),
}
COLLECTING = ("Ask for the day of payment.", "Send the statement before the call.", "Offer two installments.", None)
PLACES = ("Their store", "Our office", "Video call")
