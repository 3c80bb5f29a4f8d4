/* The JSON documents by which Matrix servers are found and known (Matrix specification 1.11: client-server API, «Well-known
 * URI» and /versions; server-server API, «Resolving server names» and /version). All come from a stranger. Pure.
 *
 * Each function: false and the evidence when the document is not what it has to be. */
#ifndef VIBRISSE_MATRIX_DOCUMENT_H
#define VIBRISSE_MATRIX_DOCUMENT_H

#include "result.h"
#include "url.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MATRIX_BASE_SIZE = 600, MATRIX_NAME_SIZE = 80 };

/* /.well-known/matrix/client: the address of the client API, without '/' at its end. */
bool matrix_document_base(const char *json, size_t length, char ret_base[MATRIX_BASE_SIZE],
                          char detail[RESULT_DETAIL_SIZE]);

/* /.well-known/matrix/server: who speaks for the domain. A port of 0 = none is given. */
bool matrix_document_delegate(const char *json, size_t length, char ret_host[URL_HOST_SIZE],
                              uint16_t *ret_port, char detail[RESULT_DETAIL_SIZE]);

/* /_matrix/client/versions: the last of the versions, which are a list from old to new. */
bool matrix_document_versions(const char *json, size_t length, char ret_last[MATRIX_NAME_SIZE],
                              char detail[RESULT_DETAIL_SIZE]);

/* /_matrix/federation/v1/version: "Synapse 1.98.0". */
bool matrix_document_software(const char *json, size_t length, char ret_name[MATRIX_NAME_SIZE],
                              char detail[RESULT_DETAIL_SIZE]);

#endif
