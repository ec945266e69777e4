package dev.mens.chat.python;

import dev.mens.chat.value.Fault;
import java.time.ZonedDateTime;
import java.time.format.TextStyle;
import java.time.temporal.IsoFields;
import java.util.Locale;

/// Python's `datetime.strftime` in the C locale, with glibc's `-` for no padding.
public final class Strftime {
    private final ZonedDateTime time;
    private boolean padded = true;

    private Strftime(ZonedDateTime time) {
        this.time = time;
    }

    public static String format(ZonedDateTime time, String pattern) {
        if (pattern.length() > 1000) {
            throw Fault.bounds("a strftime format longer than 1000");
        }
        return new Strftime(time).format(pattern);
    }

    private String format(String pattern) {
        var out = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c != '%' || i + 1 == pattern.length()) {
                out.append(c);
                continue;
            }
            c = pattern.charAt(++i);
            padded = true;
            if (c == '-' && i + 1 < pattern.length()) {
                padded = false;
                c = pattern.charAt(++i);
            }
            out.append(field(c));
        }
        return out.toString();
    }

    private String field(char c) {
        return switch (c) {
            case 'Y' -> String.valueOf(time.getYear());
            case 'y' -> number(time.getYear() % 100, 2, '0');
            case 'C' -> number(time.getYear() / 100, 2, '0');
            case 'G' -> String.valueOf(time.get(IsoFields.WEEK_BASED_YEAR));
            case 'm' -> number(time.getMonthValue(), 2, '0');
            case 'd' -> number(time.getDayOfMonth(), 2, '0');
            case 'e' -> number(time.getDayOfMonth(), 2, ' ');
            case 'j' -> number(time.getDayOfYear(), 3, '0');
            case 'H' -> number(time.getHour(), 2, '0');
            case 'k' -> number(time.getHour(), 2, ' ');
            case 'I' -> number(hour12(), 2, '0');
            case 'l' -> number(hour12(), 2, ' ');
            case 'M' -> number(time.getMinute(), 2, '0');
            case 'S' -> number(time.getSecond(), 2, '0');
            case 'f' -> number(time.getNano() / 1000, 6, '0');
            case 'U' -> number((time.getDayOfYear() + 6 - weekday()) / 7, 2, '0');
            case 'W' -> number((time.getDayOfYear() + 6 - (weekday() + 6) % 7) / 7, 2, '0');
            case 'V' -> number(time.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR), 2, '0');
            case 'u' -> String.valueOf(time.getDayOfWeek().getValue());
            case 'w' -> String.valueOf(weekday());
            case 's' -> String.valueOf(time.toEpochSecond());
            default -> words(c);
        };
    }

    private String words(char c) {
        return switch (c) {
            case 'B' -> time.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
            case 'b', 'h' -> words('B').substring(0, 3);
            case 'A' -> time.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
            case 'a' -> time.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
            case 'p' -> time.getHour() < 12 ? "AM" : "PM";
            case 'P' -> time.getHour() < 12 ? "am" : "pm";
            case 'c' -> format("%a %b %e %H:%M:%S %Y");
            case 'x', 'D' -> format("%m/%d/%y");
            case 'X', 'T' -> format("%H:%M:%S");
            case 'F' -> format("%Y-%m-%d");
            case 'R' -> format("%H:%M");
            case 'r' -> format("%I:%M:%S %p");
            case 'n' -> "\n";
            case 't' -> "\t";
            case '%' -> "%";
            // Python's now() knows no time zone.
            case 'z', 'Z' -> "";
            default -> "%" + (padded ? "" : "-") + c;
        };
    }

    private int hour12() {
        return (time.getHour() + 11) % 12 + 1;
    }

    /// From 0 for Sunday.
    private int weekday() {
        return time.getDayOfWeek().getValue() % 7;
    }

    private String number(int value, int width, char pad) {
        var digits = String.valueOf(value);
        int missing = padded ? Math.max(0, width - digits.length()) : 0;
        return String.valueOf(pad).repeat(missing) + digits;
    }
}
