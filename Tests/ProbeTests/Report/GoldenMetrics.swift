/// The series of the healthy sample but for the classes that are not there.
let goldenHealthyMetrics = #"""
    probe_success 1
    probe_duration_seconds 0.0612
    probe_timeout_seconds 9.5
    probe_dns_lookup_time_seconds 0.0091
    probe_ip_protocol 4
    probe_ip_addr_hash 1936431214
    probe_ssl_earliest_cert_expiry 1802592000
    probe_ssl_last_chain_expiry_timestamp_seconds 1802592000
    probe_ssl_last_chain_info{fingerprint_sha256="81884b5f8d6dda8bcfe01543ae2c5d42c186a1802d463fb08e19a826ce9effb4",subject="CN=www.example.test",issuer="CN=Test Intermediate",subjectalternative="www.example.test",serialnumber="1f2e"} 1
    probe_tls_version_info{version="TLS 1.3"} 1
    probe_tls_cipher_info{cipher="TLS_AES_256_GCM_SHA384"} 1
    trustpath_stage_duration_seconds{stage="resolve"} 0.00925
    trustpath_stage_duration_seconds{stage="validate"} 0.04
    trustpath_stage_duration_seconds{stage="connect"} 0.002
    trustpath_stage_duration_seconds{stage="handshake"} 0.013
    trustpath_stage_duration_seconds{stage="diagnose"} 8e-05
    trustpath_stage_success{stage="resolve"} 1
    trustpath_stage_success{stage="validate"} 1
    trustpath_stage_success{stage="connect"} 1
    trustpath_stage_success{stage="handshake"} 1
    trustpath_stage_success{stage="diagnose"} 1
    trustpath_dns_resolver_up{host="www.example.test",resolver="192.0.2.53"} 1
    trustpath_dns_resolver_duration_seconds{host="www.example.test",resolver="192.0.2.53"} 0.0091
    trustpath_dns_resolver_answer_ttl_seconds{host="www.example.test",resolver="192.0.2.53"} 300
    trustpath_dns_resolver_response_info{host="www.example.test",resolver="192.0.2.53",rcode="NOERROR",extended_error=""} 1
    trustpath_dns_cname_hops{host="www.example.test"} 1
    trustpath_dns_addresses{host="www.example.test",family="ipv6"} 0
    trustpath_dns_addresses{host="www.example.test",family="ipv4"} 1
    trustpath_dns_answer_hash{host="www.example.test",type="A"} 1936431214
    trustpath_dns_answer_hash{host="www.example.test",type="AAAA"} 2166136261
    trustpath_dnssec_status{status="secure"} 1
    trustpath_dnssec_status{status="insecure"} 0
    trustpath_dnssec_status{status="bogus"} 0
    trustpath_dnssec_status{status="indeterminate"} 0
    trustpath_dnssec_zone_status{dns_zone=".",status="secure"} 1
    trustpath_dnssec_zone_status{dns_zone=".",status="insecure"} 0
    trustpath_dnssec_zone_status{dns_zone=".",status="bogus"} 0
    trustpath_dnssec_zone_status{dns_zone=".",status="indeterminate"} 0
    trustpath_dnssec_zone_status{dns_zone="test",status="secure"} 1
    trustpath_dnssec_zone_status{dns_zone="test",status="insecure"} 0
    trustpath_dnssec_zone_status{dns_zone="test",status="bogus"} 0
    trustpath_dnssec_zone_status{dns_zone="test",status="indeterminate"} 0
    trustpath_dnssec_zone_status{dns_zone="example.test",status="secure"} 1
    trustpath_dnssec_zone_status{dns_zone="example.test",status="insecure"} 0
    trustpath_dnssec_zone_status{dns_zone="example.test",status="bogus"} 0
    trustpath_dnssec_zone_status{dns_zone="example.test",status="indeterminate"} 0
    trustpath_dnssec_signature_expiry_timestamp_seconds{dns_zone="."} 1800864000
    trustpath_dnssec_signature_expiry_timestamp_seconds{dns_zone="test"} 1800777600
    trustpath_dnssec_signature_expiry_timestamp_seconds{dns_zone="example.test"} 1801209600
    trustpath_dnssec_signature_inception_timestamp_seconds{dns_zone="."} 1799395200
    trustpath_dnssec_signature_inception_timestamp_seconds{dns_zone="test"} 1799395200
    trustpath_dnssec_signature_inception_timestamp_seconds{dns_zone="example.test"} 1799395200
    trustpath_dnssec_earliest_signature_expiry_timestamp_seconds 1800777600
    trustpath_endpoint_up{host="www.example.test",address="192.0.2.7",port="443"} 1
    trustpath_endpoint_up{host="www.example.test",address="192.0.2.7",port="993"} 1
    trustpath_endpoint_up{host="www.example.test",address="192.0.2.7",port="465"} 1
    trustpath_endpoint_connect_duration_seconds{host="www.example.test",address="192.0.2.7",port="443"} 0.0015
    trustpath_endpoint_connect_duration_seconds{host="www.example.test",address="192.0.2.7",port="993"} 0.0015
    trustpath_endpoint_connect_duration_seconds{host="www.example.test",address="192.0.2.7",port="465"} 0.0015
    trustpath_endpoint_handshake_duration_seconds{host="www.example.test",address="192.0.2.7",port="443"} 0.012345
    trustpath_endpoint_handshake_duration_seconds{host="www.example.test",address="192.0.2.7",port="993"} 0.012345
    trustpath_endpoint_handshake_duration_seconds{host="www.example.test",address="192.0.2.7",port="465"} 0.012345
    trustpath_tls_handshake_success{host="www.example.test",address="192.0.2.7",port="443"} 1
    trustpath_tls_handshake_success{host="www.example.test",address="192.0.2.7",port="993"} 1
    trustpath_tls_handshake_success{host="www.example.test",address="192.0.2.7",port="465"} 1
    trustpath_tls_info{host="www.example.test",address="192.0.2.7",port="443",version="TLS 1.3",cipher="TLS_AES_256_GCM_SHA384",group="X25519",signature="ed25519",alpn="http/1.1"} 1
    trustpath_tls_info{host="www.example.test",address="192.0.2.7",port="993",version="TLS 1.3",cipher="TLS_AES_256_GCM_SHA384",group="X25519",signature="ed25519",alpn="http/1.1"} 1
    trustpath_tls_info{host="www.example.test",address="192.0.2.7",port="465",version="TLS 1.3",cipher="TLS_AES_256_GCM_SHA384",group="X25519",signature="ed25519",alpn="http/1.1"} 1
    trustpath_certificate_not_after_timestamp_seconds{host="www.example.test",address="192.0.2.7",port="443",key_type="ed25519",certificate="leaf"} 1802592000
    trustpath_certificate_not_after_timestamp_seconds{host="www.example.test",address="192.0.2.7",port="443",key_type="ed25519",certificate="sent_chain"} 1802592000
    trustpath_certificate_not_after_timestamp_seconds{host="www.example.test",address="192.0.2.7",port="443",key_type="ed25519",certificate="verified_chain"} 1802592000
    trustpath_certificate_not_after_timestamp_seconds{host="www.example.test",address="192.0.2.7",port="993",key_type="ed25519",certificate="leaf"} 1802592000
    trustpath_certificate_not_after_timestamp_seconds{host="www.example.test",address="192.0.2.7",port="993",key_type="ed25519",certificate="sent_chain"} 1802592000
    trustpath_certificate_not_after_timestamp_seconds{host="www.example.test",address="192.0.2.7",port="993",key_type="ed25519",certificate="verified_chain"} 1802592000
    trustpath_certificate_not_after_timestamp_seconds{host="www.example.test",address="192.0.2.7",port="465",key_type="ed25519",certificate="leaf"} 1802592000
    trustpath_certificate_not_after_timestamp_seconds{host="www.example.test",address="192.0.2.7",port="465",key_type="ed25519",certificate="sent_chain"} 1802592000
    trustpath_certificate_not_after_timestamp_seconds{host="www.example.test",address="192.0.2.7",port="465",key_type="ed25519",certificate="verified_chain"} 1802592000
    trustpath_certificate_not_before_timestamp_seconds{host="www.example.test",address="192.0.2.7",port="443",key_type="ed25519",certificate="leaf"} 1794816000
    trustpath_certificate_not_before_timestamp_seconds{host="www.example.test",address="192.0.2.7",port="443",key_type="ed25519",certificate="sent_chain"} 1794816000
    trustpath_certificate_not_before_timestamp_seconds{host="www.example.test",address="192.0.2.7",port="443",key_type="ed25519",certificate="verified_chain"} 1794816000
    trustpath_certificate_not_before_timestamp_seconds{host="www.example.test",address="192.0.2.7",port="993",key_type="ed25519",certificate="leaf"} 1794816000
    trustpath_certificate_not_before_timestamp_seconds{host="www.example.test",address="192.0.2.7",port="993",key_type="ed25519",certificate="sent_chain"} 1794816000
    trustpath_certificate_not_before_timestamp_seconds{host="www.example.test",address="192.0.2.7",port="993",key_type="ed25519",certificate="verified_chain"} 1794816000
    trustpath_certificate_not_before_timestamp_seconds{host="www.example.test",address="192.0.2.7",port="465",key_type="ed25519",certificate="leaf"} 1794816000
    trustpath_certificate_not_before_timestamp_seconds{host="www.example.test",address="192.0.2.7",port="465",key_type="ed25519",certificate="sent_chain"} 1794816000
    trustpath_certificate_not_before_timestamp_seconds{host="www.example.test",address="192.0.2.7",port="465",key_type="ed25519",certificate="verified_chain"} 1794816000
    trustpath_certificate_name_match{host="www.example.test",address="192.0.2.7",port="443",key_type="ed25519"} 1
    trustpath_certificate_name_match{host="www.example.test",address="192.0.2.7",port="993",key_type="ed25519"} 1
    trustpath_certificate_name_match{host="www.example.test",address="192.0.2.7",port="465",key_type="ed25519"} 1
    trustpath_certificate_trusted{host="www.example.test",address="192.0.2.7",port="443",key_type="ed25519"} 1
    trustpath_certificate_trusted{host="www.example.test",address="192.0.2.7",port="993",key_type="ed25519"} 1
    trustpath_certificate_trusted{host="www.example.test",address="192.0.2.7",port="465",key_type="ed25519"} 1
    trustpath_certificate_chain_complete{host="www.example.test",address="192.0.2.7",port="443",key_type="ed25519"} 1
    trustpath_certificate_chain_complete{host="www.example.test",address="192.0.2.7",port="993",key_type="ed25519"} 1
    trustpath_certificate_chain_complete{host="www.example.test",address="192.0.2.7",port="465",key_type="ed25519"} 1
    trustpath_certificate_info{host="www.example.test",address="192.0.2.7",port="443",key_type="ed25519",fingerprint_sha256="81884b5f8d6dda8bcfe01543ae2c5d42c186a1802d463fb08e19a826ce9effb4",subject="CN=www.example.test",issuer="CN=Test Intermediate",serialnumber="1f2e",key="Ed25519",signature="ED25519"} 1
    trustpath_certificate_info{host="www.example.test",address="192.0.2.7",port="993",key_type="ed25519",fingerprint_sha256="81884b5f8d6dda8bcfe01543ae2c5d42c186a1802d463fb08e19a826ce9effb4",subject="CN=www.example.test",issuer="CN=Test Intermediate",serialnumber="1f2e",key="Ed25519",signature="ED25519"} 1
    trustpath_certificate_info{host="www.example.test",address="192.0.2.7",port="465",key_type="ed25519",fingerprint_sha256="81884b5f8d6dda8bcfe01543ae2c5d42c186a1802d463fb08e19a826ce9effb4",subject="CN=www.example.test",issuer="CN=Test Intermediate",serialnumber="1f2e",key="Ed25519",signature="ED25519"} 1
    """#
