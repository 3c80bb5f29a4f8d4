/* A yearly report for programs: every figure of report.h as one JSON object. Pure. */
#ifndef VIBRISSE_REPORT_JSON_H
#define VIBRISSE_REPORT_JSON_H

#include "buffer.h"
#include "report.h"

void report_json_write(const struct report *report, struct buffer *out);

#endif
