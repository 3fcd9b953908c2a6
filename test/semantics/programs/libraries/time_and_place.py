# Time zones, locales, calendars and numbers.
import calendar
import datetime
import decimal
import locale
import sys
import time
import zoneinfo

print(time.tzname, datetime.datetime.fromtimestamp(0).isoformat(), time.daylight)
print(zoneinfo.ZoneInfo("Europe/Paris").utcoffset(datetime.datetime(2026, 7, 1)), len(zoneinfo.available_timezones()) > 400)
print(locale.getlocale(), locale.getpreferredencoding(), locale.setlocale(locale.LC_ALL), locale.localeconv()["decimal_point"])
print(sys.getdefaultencoding(), sys.getfilesystemencoding(), sys.getfilesystemencodeerrors())
print(decimal.getcontext(), decimal.Decimal(1) / 7, calendar.firstweekday())
print(f"{1e22!r} {0.1 + 0.2} {10**20:,} {float('nan')}")
