"""What the pages say, all of it in one table; and which of it their scripts are given."""

from __future__ import annotations

from server.messages import Pair
from server.messages.chat import CHAT, FOR_CHAT
from server.messages.collection import COLLECTION, FOR_COLLECTION
from server.messages.common import COMMON
from server.messages.reading import FOR_READING, READING

PAGE: dict[str, Pair] = COMMON | CHAT | READING | COLLECTION

# By the script that is given them.
FOR_SCRIPTS: dict[str, tuple[str, ...]] = {"chat": FOR_CHAT, "reading": FOR_READING, "collection": FOR_COLLECTION}
