// A provider that is OpenSSL's default one with fewer decoders and ciphers, for a library context of TLS clients.
//
// OpenSSL 3.0 sets up every decoder of a context anew for each public key that it reads: some 40 in the default
// provider, which is a third of a client's time in a handshake, where five know every key that a server can sign with.
// And each time it walks over all algorithms of the context, half of which are ciphers in modes that TLS has not.
// All else is the default provider's, called with its own context, so that nothing behaves in another way. Keys of
// other kinds are not read here: whoever meets one asks the default context.
//
// Used by one Swift file only: each object file has a state of its own.
#pragma once
#include <openssl/core_dispatch.h>
#include <openssl/provider.h>
#include <string.h>

typedef struct {
    // The default provider; the process never unloads it.
    OSSL_PROVIDER *base;
    // Its decoders of public keys and the ciphers of TLS; the last ones are empty.
    OSSL_ALGORITHM decoders[9], ciphers[200];
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
    const OSSL_ALGORITHM *all =
        OSSL_PROVIDER_query_operation(shim_provider()->base, operation, is_volatile);
    switch (operation) {
    case OSSL_OP_DECODER: return shim_provider()->decoders;
    case OSSL_OP_CIPHER: return shim_provider()->ciphers;
    default: return all;
    }
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

// Whether a decoder is of a SubjectPublicKeyInfo in DER with the key of a signature that TLS knows. The names of an
// algorithm stand in one string, with colons between; the first is OpenSSL's.
static inline int shim_is_key_decoder(const OSSL_ALGORITHM *decoder) {
    static const char *const kinds[] = {"RSA", "RSA-PSS", "EC", "ED25519", "ED448"};
    const char *form = decoder->property_definition;
    if (form == NULL || !strstr(form, "input=der") || !strstr(form, "structure=SubjectPublicKeyInfo"))
        return 0;
    size_t length = strcspn(decoder->algorithm_names, ":");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strlen(kinds[i]) == length && !strncmp(decoder->algorithm_names, kinds[i], length))
            return 1;
    return 0;
}

// Whether a cipher is in none of the modes that no cipher suite of TLS uses.
static inline int shim_is_tls_cipher(const OSSL_ALGORITHM *cipher) {
    static const char *const modes[] = {"-CFB", "-OFB", "-ECB", "-CTR", "-CTS", "-XTS", "-OCB", "-SIV", "WRAP"};
    char name[32];
    size_t length = strcspn(cipher->algorithm_names, ":");
    if (length >= sizeof name) return 1;
    memcpy(name, cipher->algorithm_names, length);
    name[length] = 0;
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
        if (strstr(name, modes[i])) return 0;
    return 1;
}

// Copies what a test lets pass; 0 where there is no list, it does not fit, or OpenSSL would not keep it, so that it may
// go away behind us.
static inline size_t shim_choose(int operation, int (*is_chosen)(const OSSL_ALGORITHM *),
                                 OSSL_ALGORITHM *chosen, size_t most) {
    int is_volatile = 0;
    size_t count = 0;
    const OSSL_ALGORITHM *one =
        OSSL_PROVIDER_query_operation(shim_provider()->base, operation, &is_volatile);
    if (one == NULL || is_volatile) return 0;
    for (; one->algorithm_names != NULL; one++) {
        if (!is_chosen(one)) continue;
        if (count == most) return 0;
        chosen[count++] = *one;
    }
    return count;
}

// Makes the context, once; NULL where this OpenSSL does not take it, and the default context serves all.
static inline OSSL_LIB_CTX *shim_library_of_clients(void) {
    shim_provider_state *state = shim_provider();
    state->base = OSSL_PROVIDER_load(NULL, "default");
    if (state->base == NULL ||
        !shim_choose(OSSL_OP_DECODER, shim_is_key_decoder, state->decoders,
                     sizeof state->decoders / sizeof *state->decoders - 1) ||
        !shim_choose(OSSL_OP_CIPHER, shim_is_tls_cipher, state->ciphers,
                     sizeof state->ciphers / sizeof *state->ciphers - 1))
        return NULL;
    OSSL_LIB_CTX *library = OSSL_LIB_CTX_new();
    if (library != NULL && OSSL_PROVIDER_add_builtin(library, "client", shim_provider_start) &&
        OSSL_PROVIDER_load(library, "client") != NULL)
        return library;
    OSSL_LIB_CTX_free(library);
    return NULL;
}
