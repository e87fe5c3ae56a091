// A provider that is OpenSSL's default one with fewer algorithms, for a library context of TLS clients.
//
// OpenSSL 3.0 sets up every decoder of a context anew for each public key that it reads: some 40 in the default
// provider, which is a third of a client's time in a handshake, where five know every key that a server can sign with.
// And each time it copies the list of all algorithms that the context keeps, most of which TLS has not. The ciphers are
// not kept at all: an SSL_CTX holds those that it needs.
// All else is the default provider's, called with its own context, so that nothing behaves in another way. Keys of
// other kinds are not read here: whoever meets one asks the default context. Signatures by digests that are left out
// are verified: libcrypto finds those by their names, and the default provider makes them.
//
// Used by one Swift file only: each object file has a state of its own.
#pragma once
#include <openssl/core_dispatch.h>
#include <openssl/provider.h>
#include <string.h>

typedef struct {
    // The default provider; the process never unloads it.
    OSSL_PROVIDER *base;
    // What is passed on of its algorithms: for each operation that is chosen from, a list that ends with an empty one.
    const OSSL_ALGORITHM *lists[32];
    OSSL_ALGORITHM algorithms[256];
} shim_provider_state;

// Swift takes no variables from a header but those of a function.
static inline shim_provider_state *shim_provider(void) {
    static shim_provider_state state;
    return &state;
}

// OpenSSL wants function pointers from a provider: these four pass on what they are asked.
static inline const OSSL_PARAM *shim_provider_parameters(void *unused) {
    (void)unused;
    return OSSL_PROVIDER_gettable_params(shim_provider()->base);
}
static inline int shim_provider_get(void *unused, OSSL_PARAM parameters[]) {
    (void)unused;
    return OSSL_PROVIDER_get_params(shim_provider()->base, parameters);
}
static inline int shim_provider_capabilities(void *unused, const char *name, OSSL_CALLBACK *tell,
                                             void *argument) {
    (void)unused;
    return OSSL_PROVIDER_get_capabilities(shim_provider()->base, name, tell, argument);
}
static inline const OSSL_ALGORITHM *shim_provider_query(void *unused, int operation,
                                                        int *is_volatile) {
    (void)unused;
    size_t known = sizeof shim_provider()->lists / sizeof *shim_provider()->lists;
    const OSSL_ALGORITHM *list =
        operation >= 0 && (size_t)operation < known ? shim_provider()->lists[operation] : NULL;
    const OSSL_ALGORITHM *all =
        OSSL_PROVIDER_query_operation(shim_provider()->base, operation, is_volatile);
    // Asked for once in the life of a context or thread, and in the way of all that are asked for each time.
    if (operation == OSSL_OP_CIPHER || operation == OSSL_OP_RAND) *is_volatile = 1;
    return list != NULL ? list : all;
}

// Called by OpenSSL as the provider is loaded: a table of function pointers, and the default provider's own context,
// which its functions are to be called with.
static inline int shim_provider_start(const OSSL_CORE_HANDLE *core, const OSSL_DISPATCH *offered,
                                      const OSSL_DISPATCH **functions, void **context) {
    static const OSSL_DISPATCH table[] = {
        {OSSL_FUNC_PROVIDER_GETTABLE_PARAMS, (void (*)(void))shim_provider_parameters},
        {OSSL_FUNC_PROVIDER_GET_PARAMS, (void (*)(void))shim_provider_get},
        {OSSL_FUNC_PROVIDER_QUERY_OPERATION, (void (*)(void))shim_provider_query},
        {OSSL_FUNC_PROVIDER_GET_CAPABILITIES, (void (*)(void))shim_provider_capabilities},
        {0, NULL}};
    (void)core;
    (void)offered;
    *functions = table;
    *context = OSSL_PROVIDER_get0_provider_ctx(shim_provider()->base);
    return 1;
}

// Whether the first name of an algorithm, OpenSSL's own, is among those; all of them stand in one string, with colons
// between.
static inline int shim_is_named(const OSSL_ALGORITHM *algorithm, const char *const names[]) {
    size_t length = strcspn(algorithm->algorithm_names, ":");
    for (; *names != NULL; names++)
        if (strlen(*names) == length && !strncmp(algorithm->algorithm_names, *names, length))
            return 1;
    return 0;
}

// Whether a decoder is of a SubjectPublicKeyInfo in DER with the key of a signature that TLS knows.
static inline int shim_is_key_decoder(const OSSL_ALGORITHM *decoder) {
    static const char *const kinds[] = {"RSA", "RSA-PSS", "EC", "ED25519", "ED448", NULL};
    const char *form = decoder->property_definition;
    return form != NULL && strstr(form, "input=der") != NULL &&
           strstr(form, "structure=SubjectPublicKeyInfo") != NULL && shim_is_named(decoder, kinds);
}

// Of the cipher suites that a client offers of its own accord.
static inline int shim_is_tls_cipher(const OSSL_ALGORITHM *cipher) {
    static const char *const names[] = {"AES-128-GCM", "AES-256-GCM", "ChaCha20-Poly1305",
                                        "AES-128-CBC", "AES-256-CBC", NULL};
    return shim_is_named(cipher, names);
}

// Of those suites, and of the signatures that such a client takes.
static inline int shim_is_tls_digest(const OSSL_ALGORITHM *digest) {
    static const char *const names[] = {"SHA1", "SHA2-224", "SHA2-256", "SHA2-384", "SHA2-512", NULL};
    return shim_is_named(digest, names);
}

static inline int shim_is_tls_mac(const OSSL_ALGORITHM *mac) {
    static const char *const names[] = {"HMAC", NULL};
    return shim_is_named(mac, names);
}

static inline int shim_is_tls_derivation(const OSSL_ALGORITHM *function) {
    static const char *const names[] = {"TLS13-KDF", "TLS1-PRF", NULL};
    return shim_is_named(function, names);
}

// Of keys and of what is done with them; libssl has HMAC as a signature where a cipher is in CBC mode.
static inline int shim_is_tls_key(const OSSL_ALGORITHM *key) {
    static const char *const names[] = {"RSA", "RSA-PSS", "EC", "ECDSA", "ECDH", "X25519", "X448",
                                        "ED25519", "ED448", "DH", "HMAC", NULL};
    return shim_is_named(key, names);
}

// Copies what a test lets pass; 0 where there is no list, it does not fit, or OpenSSL would not keep it, so that it may
// go away behind us.
static inline int shim_choose(int operation, int (*is_chosen)(const OSSL_ALGORITHM *), size_t *used) {
    shim_provider_state *state = shim_provider();
    size_t most = sizeof state->algorithms / sizeof *state->algorithms, first = *used;
    int is_volatile = 0;
    const OSSL_ALGORITHM *one = OSSL_PROVIDER_query_operation(state->base, operation, &is_volatile);
    if (one == NULL || is_volatile) return 0;
    for (; one->algorithm_names != NULL; one++) {
        if (!is_chosen(one)) continue;
        if (*used + 1 >= most) return 0;
        state->algorithms[(*used)++] = *one;
    }
    if (*used == first) return 0;
    state->lists[operation] = state->algorithms + first;
    (*used)++;  // the empty one
    return 1;
}

// Makes the context, once; NULL where this OpenSSL does not take it, and the default context serves all.
static inline OSSL_LIB_CTX *shim_library_of_clients(void) {
    shim_provider_state *state = shim_provider();
    size_t used = 0;
    state->base = OSSL_PROVIDER_load(NULL, "default");
    if (state->base == NULL || !shim_choose(OSSL_OP_DECODER, shim_is_key_decoder, &used) ||
        !shim_choose(OSSL_OP_CIPHER, shim_is_tls_cipher, &used) ||
        !shim_choose(OSSL_OP_DIGEST, shim_is_tls_digest, &used) ||
        !shim_choose(OSSL_OP_MAC, shim_is_tls_mac, &used) ||
        !shim_choose(OSSL_OP_KDF, shim_is_tls_derivation, &used) ||
        !shim_choose(OSSL_OP_KEYMGMT, shim_is_tls_key, &used) ||
        !shim_choose(OSSL_OP_KEYEXCH, shim_is_tls_key, &used) ||
        !shim_choose(OSSL_OP_SIGNATURE, shim_is_tls_key, &used))
        return NULL;
    OSSL_LIB_CTX *library = OSSL_LIB_CTX_new();
    if (library != NULL && OSSL_PROVIDER_add_builtin(library, "client", shim_provider_start) &&
        OSSL_PROVIDER_load(library, "client") != NULL)
        return library;
    OSSL_LIB_CTX_free(library);
    return NULL;
}
