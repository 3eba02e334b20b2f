"""How good are the answers on these questions?  A set of questions is read, a store built of it, everything asked, measured."""
