/* Every kind of remark: code (stable, for programs), severity, sentence, what to do. Texts are messages of the
 * catalogues. Included by remark.h only. */
#ifndef VIBRISSE_REMARK_ROWS_H
#define VIBRISSE_REMARK_ROWS_H

// clang-format off
#define REMARK_ROWS(X) \
    /* the file as a whole */ \
    X(empty, ERROR, N_("the file is empty"), N_("Publish it again.")) \
    X(too_large, ERROR, N_("the file is larger than {other}, and is not read"), \
      N_("Keep a file to what describes one thing.")) \
    X(html, ERROR, N_("this is an HTML page, and no file of properties"), \
      N_("A web server often answers with a page where the file is missing: check its address and its place.")) \
    X(utf16, ERROR, N_("the file is encoded as UTF-16, and is not read"), N_("Save it as UTF-8.")) \
    X(binary, ERROR, N_("the file holds bytes that are no text"), N_("Save it as plain text in UTF-8.")) \
    X(no_entry, ERROR, N_("there is no line of the form key = value"), N_("Begin with: file.class = organization")) \
    X(foreign, ERROR, N_("no key of it is known"), N_("Keys look like organization.name or service.website.")) \
    X(too_many_entries, ERROR, N_("there are more than {other} entries; the others are left out"), \
      N_("Keep a file to what describes one thing.")) \
    X(bom, NOTICE, N_("the file begins with a byte order mark"), N_("Save it as UTF-8 without one: some readers stumble over it.")) \
    X(latin1, WARNING, N_("this is no UTF-8; the file is read as ISO-8859-1"), N_("Save it as UTF-8.")) \
    X(cr_only, WARNING, N_("lines end with a carriage return alone"), N_("Save it with line feeds.")) \
    /* one line */ \
    X(no_equals, WARNING, N_("\"{value}\" is not of the form key = value, and is left out"), \
      N_("Put # before a comment; give a value in one line.")) \
    X(colon_separator, WARNING, N_("a colon stands after the key {key} where = should"), N_("Write: {key} = …")) \
    X(no_key, WARNING, N_("nothing stands before the ="), N_("Write the key there, or remove the line.")) \
    X(key_long, WARNING, N_("the key is longer than {other} bytes, and is left out"), NULL) \
    X(value_long, WARNING, N_("the value of {key} is longer than {other} bytes, and is left out"), N_("Shorten it.")) \
    X(key_form, WARNING, N_("the key \"{key}\" holds other signs than letters, digits, dots, - and _"), \
      N_("Keys have neither blanks nor accents.")) \
    X(key_colon, WARNING, N_("there is an address in the key {key}"), N_("Write subs.name = address; the name is yours to choose.")) \
    X(key_case, WARNING, N_("the key \"{value}\" has capitals"), N_("Write: {key}")) \
    X(duplicate, WARNING, N_("{key} was given in line {other} already; this one counts"), N_("Keep one of them.")) \
    X(quotes, WARNING, N_("the value of {key} stands in quotes; they are left out"), N_("Remove them.")) \
    X(null, WARNING, N_("\"{value}\" as the value of {key} is read as: not known"), N_("Leave it empty, or remove the line.")) \
    X(escape, WARNING, N_("the value of {key} has backslashes as Java writes them; it is read as {other}"), \
      N_("Write: {other}")) \
    X(continued, WARNING, N_("the value of {key} ends in a backslash"), N_("Give a value in one line.")) \
    X(invisible, WARNING, N_("{key} holds characters that cannot be seen; they are left out"), N_("Type it anew.")) \
    /* classes and keys */ \
    X(no_class, ERROR, N_("file.class is missing; this looks like class {other}"), N_("Add: file.class = {other}")) \
    X(class_missing, ERROR, N_("file.class is missing, and no key tells it"), N_("Add: file.class = organization")) \
    X(unknown_class, ERROR, N_("the class \"{value}\" is not known"), N_("It is one of {other}.")) \
    X(misspelt_class, ERROR, N_("the class \"{value}\" is not known; did you mean {other}?"), NULL) \
    X(wrong_class, ERROR, N_("this is a file of class {value}, where one of class {other} belongs"), \
      N_("Check the address in the subs line of the file above it.")) \
    X(section, WARNING, N_("{key} has no place in a file of class {other}"), N_("Move it to the file that it describes.")) \
    X(unknown_key, NOTICE, N_("the key {key} is not known; it is kept"), NULL) \
    X(misspelt_key, WARNING, N_("the key {key} is not known; did you mean {other}?"), NULL) \
    X(required, ERROR, N_("{key} is missing, and nothing works without it"), N_("Add: {key} = …")) \
    X(mandatory, WARNING, N_("{key} is missing, and is mandatory"), N_("Add: {key} = …")) \
    X(wished, NOTICE, N_("{key} is missing, and is recommended"), N_("Add: {key} = …")) \
    X(protocol, WARNING, N_("\"{value}\" is no version of the format"), N_("It looks like ChatonsInfos-0.5.")) \
    /* addresses */ \
    X(url_form, ERROR, N_("\"{value}\" as {key} is no address"), N_("It looks like https://example.org/.")) \
    X(url_scheme, ERROR, N_("\"{value}\" as {key} is no address of the web"), N_("It begins with https://.")) \
    X(url_login, ERROR, N_("there is a user name or a password in the address of {key}"), N_("Remove it, and change the password.")) \
    X(url_host, ERROR, N_("the host in \"{value}\" as {key} is no name of the internet"), \
      N_("Labels have 1 to 63 letters, digits and hyphens, with dots between them.")) \
    X(url_local, ERROR, N_("\"{value}\" as {key} leads into a network of one’s own"), N_("Give the address that visitors use.")) \
    X(url_number, WARNING, N_("the host in \"{value}\" as {key} is a number"), N_("Give a name: certificates and visitors need one.")) \
    X(url_bare, WARNING, N_("\"{value}\" as {key} has no scheme; it is read as {other}"), N_("Write: {other}")) \
    X(not_https, WARNING, N_("{key} is not encrypted: {value}"), N_("Write https://, if the host answers to it.")) \
    X(url_idn, NOTICE, N_("the host in {value} is not written in ASCII"), N_("Write it as xn--…, which every program knows.")) \
    X(url_slashes, NOTICE, N_("there is a double slash in the path of {key}; it is read as {other}"), N_("Write: {other}")) \
    X(well_known, NOTICE, N_("the folder of {value} is written /.well_known/"), N_("Its registered name is /.well-known/ (RFC 8615).")) \
    /* other forms */ \
    X(email, ERROR, N_("\"{value}\" as {key} is no mail address"), N_("It looks like contact@example.org.")) \
    X(mailto, WARNING, N_("{key} begins with mailto:"), N_("Write the address alone.")) \
    X(date, ERROR, N_("\"{value}\" as {key} is no date"), N_("Write year, month and day: 2020-07-06.")) \
    X(date_form, WARNING, N_("the date {value} as {key} is read as {other}"), N_("Write: {other}")) \
    X(datetime, ERROR, N_("\"{value}\" as {key} is no time"), N_("It looks like 2020-07-06T14:23:20.")) \
    X(datetime_form, WARNING, N_("the time \"{value}\" as {key} is read as {other}"), N_("Write: {other}")) \
    X(future, WARNING, N_("{key} lies in the future: {value}"), N_("Check year and month.")) \
    X(end_first, ERROR, N_("{key} lies before the beginning, {other}"), N_("Check both dates.")) \
    X(end_active, WARNING, N_("{key} is over ({value}), but the status is {other}"), N_("Change one of them.")) \
    X(end_missing, NOTICE, N_("the status is {value}, but {key} is missing"), N_("Say since when.")) \
    X(decimal, ERROR, N_("\"{value}\" as {key} is no number of degrees"), N_("It looks like 48.1173 or -1,6778.")) \
    X(range, ERROR, N_("{value} as {key} is beyond {other} degrees"), N_("Check sign and order of latitude and longitude.")) \
    X(number, ERROR, N_("\"{value}\" as {key} is no number"), NULL) \
    X(country, ERROR, N_("\"{value}\" as {key} is no country"), N_("Write its two letters (ISO 3166-1): FR, BE, CH.")) \
    X(unknown_word, WARNING, N_("\"{value}\" as {key} is not known"), N_("It is one of {other}.")) \
    X(misspelt_word, WARNING, N_("\"{value}\" as {key} is not known; did you mean {other}?"), NULL) \
    X(combination, WARNING, N_("{key} = {value} does not go together with {other}"), N_("Check both.")) \
    /* files that it leads to */ \
    X(no_subs, ERROR, N_("no member is listed"), N_("Add a line for each: subs.name = address")) \
    X(no_services, NOTICE, N_("no service is listed"), N_("Add a line for each: subs.name = address")) \
    X(sub_twice, WARNING, N_("the address of {key} is that of {other} already"), N_("Keep one of them.")) \
    X(subs_many, ERROR, N_("more than {other} files are listed; the others are left out"), NULL) \
    /* metrics */ \
    X(metric_key, WARNING, N_("{key} is of no year and period"), N_("It looks like metrics.http.visits.2025.months.")) \
    X(metric_long, WARNING, N_("{key} has more than {other} values"), N_("There are 12 months, 53 weeks, 365 or 366 days in a year.")) \
    X(metric_number, WARNING, N_("\"{value}\" in {key} is no number"), N_("Leave it empty if it is not known.")) \
    X(metric_year, WARNING, N_("{key} is of a year to come"), NULL) \
    X(no_metrics, NOTICE, N_("no metrics are given"), NULL) \
    /* librehost.json */ \
    X(json, ERROR, N_("this is no JSON: {other}"), NULL) \
    X(json_object, ERROR, N_("this is JSON, but no object"), N_("It begins with a brace.")) \
    X(json_required, ERROR, N_("\"{key}\" is missing, and nothing works without it"), N_("Add: \"{key}\": \"…\"")) \
    X(json_mandatory, WARNING, N_("\"{key}\" is missing, and is mandatory"), N_("Add: \"{key}\": \"…\"")) \
    X(json_wished, NOTICE, N_("\"{key}\" is missing, and is recommended"), N_("Add: \"{key}\": \"…\"")) \
    X(json_text, WARNING, N_("{key} is not a text, and is left out"), NULL)
// clang-format on

#endif
