# SPDX-License-Identifier: MIT
"""Where bytes come from.

Rule: a source opened twice gives the same bytes or raises; no Qt, and no foreign exception leaves this room.
A new kind of source is one module that keeps the protocol of `source.py`.

Objects in stores: `store_address` names them; `store_connection`, `store_keys` and `store_access` say how
their store is reached; `stores` asks it, `store_listing` lists it; `object_store` is the source.
"""
