/* ICMP echo messages (RFC 792, RFC 4443): written and read. Pure. */
#ifndef VIBRISSE_ECHO_H
#define VIBRISSE_ECHO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ECHO_COOKIE_SIZE = 16, ECHO_SIZE = 8 + ECHO_COOKIE_SIZE };

/* ICMP types */
enum { ECHO_REQUEST = 8, ECHO_REPLY = 0, ECHO_REQUEST_6 = 128, ECHO_REPLY_6 = 129 };

struct echo {
    uint16_t id, sequence;
    uint8_t cookie[ECHO_COOKIE_SIZE]; /* the reply repeats it: nobody else can know it */
};

/* A request for AF_INET or AF_INET6. The checksum of the latter is the kernel's affair (RFC 3542 section 3.1). */
void echo_write(int family, const struct echo *echo, uint8_t ret[ECHO_SIZE]);

/* False = no whole and sound reply of this form. `headed`: an IPv4 header comes first, as raw sockets have it. */
bool echo_read(int family, bool headed, const uint8_t *bytes, size_t length, struct echo *ret);

#endif
