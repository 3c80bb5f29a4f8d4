/* What checking an HTTPS host costs at least: plain OpenSSL with blocking sockets, one shared SSL_CTX, full verification
 * of chain and name, one GET, read to the end, no resumption. Nothing is scheduled, recorded or published.
 *
 *     bare_client CA-FILE PORT COUNT      asks host-0000.farm.test and so on at 127.0.0.1, one after the other
 *
 * Prints "CHECKS CPU-MICROSECONDS"; loading the authorities is not counted. Exit 1 when any host fails. */
#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static int64_t cpu_us(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (int64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 +
           usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

static int dial(uint16_t port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address)) {
        close(fd);
        fd = -1;
    }
    return fd;
}

/* The whole answer; good when it begins with a 200. */
static bool converse(SSL *ssl, const char *host)
{
    char request[256], answer[16384];
    int length = snprintf(
        request, sizeof request,
        "GET / HTTP/1.1\r\nHost: %s\r\nUser-Agent: bare\r\nConnection: close\r\n\r\n", host);
    if (SSL_connect(ssl) != 1 || SSL_get_verify_result(ssl) != X509_V_OK ||
        SSL_write(ssl, request, length) != length)
        return false;
    int first = SSL_read(ssl, answer, sizeof answer);
    for (int more = first; more > 0;)
        more = SSL_read(ssl, answer + first, (int)sizeof answer - first);
    return first > 12 && memcmp(answer, "HTTP/1.1 200", 12) == 0;
}

static bool ask(SSL_CTX *context, uint16_t port, const char *host)
{
    int fd = dial(port);
    if (fd < 0)
        return false;
    SSL *ssl = SSL_new(context);
    bool good = ssl && SSL_set_fd(ssl, fd) == 1 && SSL_set_tlsext_host_name(ssl, host) == 1 &&
                SSL_set1_host(ssl, host) == 1 && converse(ssl, host);
    SSL_free(ssl);
    close(fd);
    return good;
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: %s CA-FILE PORT COUNT\n", argv[0]);
        return 2;
    }
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    if (!context || SSL_CTX_load_verify_locations(context, argv[1], NULL) != 1) {
        ERR_print_errors_fp(stderr);
        return 1;
    }
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    uint16_t port = (uint16_t)strtoul(argv[2], NULL, 10);
    long count = strtol(argv[3], NULL, 10), failures = 0;
    int64_t before = cpu_us();
    for (long i = 0; i < count; i++) {
        char host[64];
        snprintf(host, sizeof host, "host-%04ld.farm.test", i);
        if (!ask(context, port, host))
            failures++;
    }
    printf("%ld %lld\n", count, (long long)(cpu_us() - before));
    SSL_CTX_free(context);
    return failures ? 1 : 0;
}
