"""Everything kept: tables, mapping, one repository a noun, transactions, and the migrations."""
