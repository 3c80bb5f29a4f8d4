/* Values in their forms, and as people write them. Each reader gives the normal form, or says that there is none. Pure. */
#ifndef VIBRISSE_FORM_H
#define VIBRISSE_FORM_H

#include "arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FORM_DATE_SIZE = 11, FORM_TIME_SIZE = 20 };

/* 2020-07-06; also with a time behind it, and 06/07/2020 (day first, as in France), 06.07.2020, 2020/07/06. */
bool form_date(const char *text, char ret[FORM_DATE_SIZE]);
/* 2020-07-06T14:23:20, without a zone; also with one (which is dropped), a blank in place of T, no seconds, or a
 * date alone. */
bool form_datetime(const char *text, char ret[FORM_TIME_SIZE]);
/* Days since 1970-01-01 of a date in its normal form. */
int64_t form_day(const char *date);

/* A number with a point or a comma before its decimals, nothing around it; false for what is none or not finite. */
bool form_number(const char *text, double *ret);

/* Something on both sides of one @, a dot in the right one, no blanks. */
bool form_email(const char *text);
/* Two letters; made capitals. */
bool form_country(const char *text, char ret[3]);
/* ChatonsInfos-0.5, StatoolInfos-0.1, in any case. */
bool form_protocol(const char *text);

/* Line breaks, which ChatonsInfos writes as <br/> or \n, become spaces. */
const char *form_text(const char *text, struct arena *arena);

/* The elements of a list: parted by ; where there is one, else by ,. Each is trimmed; an empty one is "". The text itself is
 * one element when it has neither. NULL = it is empty. */
const char **form_list(const char *text, struct arena *arena, size_t *ret_count);
/* The same one by one, for lists of many: what parts its elements, how many there are, and one, trimmed, from where it begins
 * to the separator or the end. */
char form_separator(const char *text);
size_t form_list_count(const char *text, char separator);
const char *form_element(const char *from, const char *end, struct arena *arena);

enum { FORM_ID_SIZE = 65 };
/* An id of ours (text_is_id) made of a name: letters without accents, digits, hyphens; false when nothing is left. */
bool form_id(const char *name, char ret[FORM_ID_SIZE]);

#endif
