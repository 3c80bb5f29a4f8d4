/* A server on loopback, in a thread of its own, that plays one scene (play.h) to its first visitor. */
#ifndef VIBRISSE_STAGE_H
#define VIBRISSE_STAGE_H

#include "play.h"

#include <openssl/ssl.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/socket.h>

struct pki;

struct stage {
    const struct play_scene *scene;
    int listener, visitor, stop[2];
    SSL_CTX *tls;
    SSL *ssl;
    pthread_t thread;
    uint16_t port;
    struct sockaddr_storage address;
    bool left;        /* the visitor went before the last move */
    char fault[2000]; /* what the visitor said amiss; read it after stage_close() */
};

void stage_open(struct stage *stage, const struct play_scene *scene, const struct pki *pki);
void stage_close(struct stage *stage); /* also when nobody came; a visitor has hung up before */

#endif
