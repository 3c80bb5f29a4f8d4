/* Every kind of remark: code (stable, for programs), severity, sentence, what to do. Included by remark.h only. */
#ifndef VIBRISSE_REMARK_ROWS_H
#define VIBRISSE_REMARK_ROWS_H

// clang-format off
#define REMARK_ROWS(X)                                                                                                \
    /* the file as a whole */                                                                                          \
    X(empty, ERROR, "the file is empty", "Publish it again.")                                                          \
    X(too_large, ERROR, "the file is larger than {other}, and is not read",                                            \
      "Keep a file to what describes one thing.")                                                                      \
    X(html, ERROR, "this is an HTML page, and no file of properties",                                                  \
      "A web server often answers with a page where the file is missing: check its address and its place.")            \
    X(utf16, ERROR, "the file is encoded as UTF-16, and is not read", "Save it as UTF-8.")                             \
    X(binary, ERROR, "the file holds bytes that are no text", "Save it as plain text in UTF-8.")                       \
    X(no_entry, ERROR, "there is no line of the form key = value", "Begin with: file.class = organization")            \
    X(foreign, ERROR, "no key of it is known", "Keys look like organization.name or service.website.")                 \
    X(too_many_entries, ERROR, "there are more than {other} entries; the others are left out",                         \
      "Keep a file to what describes one thing.")                                                                      \
    X(bom, NOTICE, "the file begins with a byte order mark", "Save it as UTF-8 without one: some readers stumble over it.") \
    X(latin1, WARNING, "this is no UTF-8; the file is read as ISO-8859-1", "Save it as UTF-8.")                        \
    X(cr_only, WARNING, "lines end with a carriage return alone", "Save it with line feeds.")                          \
    /* one line */                                                                                                     \
    X(no_equals, WARNING, "\"{value}\" is not of the form key = value, and is left out",                               \
      "Put # before a comment; give a value in one line.")                                                             \
    X(colon_separator, WARNING, "a colon stands after the key {key} where = should", "Write: {key} = …")         \
    X(no_key, WARNING, "nothing stands before the =", "Write the key there, or remove the line.")                      \
    X(key_long, WARNING, "the key is longer than {other} bytes, and is left out", NULL)                                \
    X(value_long, WARNING, "the value of {key} is longer than {other} bytes, and is left out", "Shorten it.")          \
    X(key_form, WARNING, "the key \"{key}\" holds other signs than letters, digits, dots, - and _",                    \
      "Keys have neither blanks nor accents.")                                                                         \
    X(key_colon, WARNING, "there is an address in the key {key}", "Write subs.name = address; the name is yours to choose.") \
    X(key_case, WARNING, "the key \"{value}\" has capitals", "Write: {key}")                                           \
    X(duplicate, WARNING, "{key} was given in line {other} already; this one counts", "Keep one of them.")             \
    X(quotes, WARNING, "the value of {key} stands in quotes; they are left out", "Remove them.")                       \
    X(null, WARNING, "\"{value}\" as the value of {key} is read as: not known", "Leave it empty, or remove the line.") \
    X(escape, WARNING, "the value of {key} has backslashes as Java writes them; it is read as {other}",                 \
      "Write: {other}")                                                                                                \
    X(continued, WARNING, "the value of {key} ends in a backslash", "Give a value in one line.")                       \
    X(invisible, WARNING, "{key} holds characters that cannot be seen; they are left out", "Type it anew.")            \
    /* classes and keys */                                                                                             \
    X(no_class, ERROR, "file.class is missing; this looks like class {other}", "Add: file.class = {other}")            \
    X(class_missing, ERROR, "file.class is missing, and no key tells it", "Add: file.class = organization")            \
    X(unknown_class, ERROR, "the class \"{value}\" is not known", "It is one of {other}.")                             \
    X(misspelt_class, ERROR, "the class \"{value}\" is not known; did you mean {other}?", NULL)                        \
    X(wrong_class, ERROR, "this is a file of class {value}, where one of class {other} belongs",                       \
      "Check the address in the subs line of the file above it.")                                                      \
    X(section, WARNING, "{key} has no place in a file of class {other}", "Move it to the file that it describes.")     \
    X(unknown_key, NOTICE, "the key {key} is not known; it is kept", NULL)                                             \
    X(misspelt_key, WARNING, "the key {key} is not known; did you mean {other}?", NULL)                                \
    X(required, ERROR, "{key} is missing, and nothing works without it", "Add: {key} = …")                              \
    X(mandatory, WARNING, "{key} is missing, and is mandatory", "Add: {key} = …")                                       \
    X(wished, NOTICE, "{key} is missing, and is recommended", "Add: {key} = …")                                         \
    X(protocol, WARNING, "\"{value}\" is no version of the format", "It looks like ChatonsInfos-0.5.")                 \
    /* addresses */                                                                                                    \
    X(url_form, ERROR, "\"{value}\" as {key} is no address", "It looks like https://example.org/.")                    \
    X(url_scheme, ERROR, "\"{value}\" as {key} is no address of the web", "It begins with https://.")                  \
    X(url_login, ERROR, "there is a user name or a password in the address of {key}", "Remove it, and change the password.") \
    X(url_host, ERROR, "the host in \"{value}\" as {key} is no name of the internet",                                  \
      "Labels have 1 to 63 letters, digits and hyphens, with dots between them.")                                      \
    X(url_local, ERROR, "\"{value}\" as {key} leads into a network of one's own", "Give the address that visitors use.") \
    X(url_number, WARNING, "the host in \"{value}\" as {key} is a number", "Give a name: certificates and visitors need one.") \
    X(url_bare, WARNING, "\"{value}\" as {key} has no scheme; it is read as {other}", "Write: {other}")                \
    X(not_https, WARNING, "{key} is not encrypted: {value}", "Write https://, if the host answers to it.")             \
    X(url_idn, NOTICE, "the host in {value} is not written in ASCII", "Write it as xn--…, which every program knows.")  \
    X(url_slashes, NOTICE, "there is a double slash in the path of {key}; it is read as {other}", "Write: {other}")    \
    X(well_known, NOTICE, "the folder of {value} is written /.well_known/", "Its registered name is /.well-known/ (RFC 8615).") \
    /* other forms */                                                                                                  \
    X(email, ERROR, "\"{value}\" as {key} is no mail address", "It looks like contact@example.org.")                   \
    X(mailto, WARNING, "{key} begins with mailto:", "Write the address alone.")                                        \
    X(date, ERROR, "\"{value}\" as {key} is no date", "Write year, month and day: 2020-07-06.")                        \
    X(date_form, WARNING, "the date {value} as {key} is read as {other}", "Write: {other}")                            \
    X(datetime, ERROR, "\"{value}\" as {key} is no time", "It looks like 2020-07-06T14:23:20.")                        \
    X(datetime_form, WARNING, "the time \"{value}\" as {key} is read as {other}", "Write: {other}")                    \
    X(future, WARNING, "{key} lies in the future: {value}", "Check year and month.")                                   \
    X(end_first, ERROR, "{key} lies before the beginning, {other}", "Check both dates.")                               \
    X(end_active, WARNING, "{key} is over ({value}), but the status is {other}", "Change one of them.")                \
    X(end_missing, NOTICE, "the status is {value}, but {key} is missing", "Say since when.")                           \
    X(decimal, ERROR, "\"{value}\" as {key} is no number of degrees", "It looks like 48.1173 or -1,6778.")             \
    X(range, ERROR, "{value} as {key} is beyond {other} degrees", "Check sign and order of latitude and longitude.")   \
    X(number, ERROR, "\"{value}\" as {key} is no number", NULL)                                                        \
    X(country, ERROR, "\"{value}\" as {key} is no country", "Write its two letters (ISO 3166-1): FR, BE, CH.")         \
    X(unknown_word, WARNING, "\"{value}\" as {key} is not known", "It is one of {other}.")                             \
    X(misspelt_word, WARNING, "\"{value}\" as {key} is not known; did you mean {other}?", NULL)                        \
    X(combination, WARNING, "{key} = {value} does not go together with {other}", "Check both.")                        \
    /* files that it leads to */                                                                                       \
    X(no_subs, ERROR, "no member is listed", "Add a line for each: subs.name = address")                               \
    X(no_services, NOTICE, "no service is listed", "Add a line for each: subs.name = address")                         \
    X(sub_twice, WARNING, "the address of {key} is that of {other} already", "Keep one of them.")                      \
    X(subs_many, ERROR, "more than {other} files are listed; the others are left out", NULL)                           \
    /* metrics */                                                                                                      \
    X(metric_key, WARNING, "{key} is of no year and period", "It looks like metrics.http.visits.2025.months.")         \
    X(metric_long, WARNING, "{key} has more than {other} values", "There are 12 months, 53 weeks, 365 or 366 days in a year.") \
    X(metric_number, WARNING, "\"{value}\" in {key} is no number", "Leave it empty if it is not known.")               \
    X(metric_year, WARNING, "{key} is of a year to come", NULL)                                                        \
    X(no_metrics, NOTICE, "no metrics are given", NULL)                                                                \
    /* librehost.json */                                                                                               \
    X(json, ERROR, "this is no JSON: {other}", NULL)                                                                   \
    X(json_object, ERROR, "this is JSON, but no object", "It begins with a brace.") \
    X(json_required, ERROR, "\"{key}\" is missing, and nothing works without it", "Add: \"{key}\": \"…\"")                 \
    X(json_mandatory, WARNING, "\"{key}\" is missing, and is mandatory", "Add: \"{key}\": \"…\"")                         \
    X(json_wished, NOTICE, "\"{key}\" is missing, and is recommended", "Add: \"{key}\": \"…\"")                           \
    X(json_text, WARNING, "{key} is not a text, and is left out", NULL)
// clang-format on

#endif
