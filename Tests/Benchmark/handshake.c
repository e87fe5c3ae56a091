// The yardstick of the handshake benchmark, a minimal client on libssl: connects, shakes hands, verifies, says goodbye,
// and prints the CPU time of each, in microseconds. Arguments: ADDRESS PORT NAME CAFILE COUNT
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static SSL_CTX *context;
static struct sockaddr_in server;
static const char *name;

static void fail(const char *what) {
    perror(what);
    ERR_print_errors_fp(stderr);
    exit(1);
}

static double cpu(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

// Whether it was TLS 1.3 by X25519, no resumption, and two P-256 certificates verified for the name.
static int is_sound(SSL *session) {
    EVP_PKEY *key = NULL;
    int sound = SSL_version(session) == TLS1_3_VERSION && !SSL_session_reused(session) &&
                SSL_get_verify_result(session) == X509_V_OK && sk_X509_num(SSL_get_peer_cert_chain(session)) == 2 &&
                SSL_get_peer_tmp_key(session, &key) && EVP_PKEY_get_id(key) == EVP_PKEY_X25519;
    EVP_PKEY_free(key);
    return sound;
}

static int shake(void) {
    int one = 1, descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0 || connect(descriptor, (struct sockaddr *)&server, sizeof server)) fail("connect");
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    SSL *session = SSL_new(context);
    if (!session || !SSL_set_tlsext_host_name(session, name) || !SSL_set1_host(session, name) ||
        !SSL_set_fd(session, descriptor))
        fail("session");
    if (SSL_connect(session) != 1) fail("handshake");
    int sound = is_sound(session);
    SSL_shutdown(session);
    SSL_free(session);
    close(descriptor);
    return sound;
}

int main(int count, char **argument) {
    if (count != 6) return 2;
    server.sin_family = AF_INET;
    server.sin_port = htons(atoi(argument[2]));
    if (inet_pton(AF_INET, argument[1], &server.sin_addr) != 1) return 2;
    name = argument[3];
    int handshakes = atoi(argument[5]), sound = 0;
    OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
    context = SSL_CTX_new(TLS_client_method());
    if (!context || !SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) ||
        !SSL_CTX_set_cipher_list(context, "DEFAULT") ||
        !SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256") ||
        !SSL_CTX_load_verify_locations(context, argument[4], NULL))
        fail("context");
    SSL_CTX_set_security_level(context, 2);
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    X509_VERIFY_PARAM_set_auth_level(SSL_CTX_get0_param(context), 2);
    for (int warm = 0; warm < 10; warm++) shake();
    double start = cpu();
    for (int number = 0; number < handshakes; number++) sound += shake();
    printf("%.1f %d\n", (cpu() - start) / handshakes, sound);
    return 0;
}
