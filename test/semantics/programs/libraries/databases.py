# Databases in files.
import dbm
import shelve
import sqlite3

with sqlite3.connect("data.sqlite") as connection:
    connection.execute("create table t (a integer primary key, b text)")
    connection.executemany("insert into t (b) values (?)", [("ünï",), (None,)])
    connection.execute("pragma journal_mode=wal")
print(sqlite3.connect("data.sqlite").execute("select * from t").fetchall(), sqlite3.sqlite_version)
with dbm.open("table", "c") as table:
    table["key"] = b"value"
with dbm.open("table") as table:
    print(dict(table) if hasattr(table, "items") else table["key"], dbm.whichdb("table"))
with shelve.open("shelf") as shelf:
    shelf["list"] = [1, 2]
    print(shelf["list"])
connection.execute("select missing")
