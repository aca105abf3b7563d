// Written by tools/gen-risks.ts from the folder: npm run gen. Not to be edited.
import r_alpn_sni_mismatch from './alpn-sni-mismatch.ts'
import r_anonymous_subscriber from './anonymous-subscriber.ts'
import r_binary_app_transfer from './binary-app-transfer.ts'
import r_binary_data_transfer from './binary-data-transfer.ts'
import r_cert_about_to_expire from './cert-about-to-expire.ts'
import r_cert_validity_too_long from './cert-validity-too-long.ts'
import r_clear_text_credentials from './clear-text-credentials.ts'
import r_crawler_bot from './crawler-bot.ts'
import r_desktop_or_file_sharing from './desktop-or-file-sharing.ts'
import r_dns_fragmented from './dns-fragmented.ts'
import r_dns_large_packet from './dns-large-packet.ts'
import r_error_code from './error-code.ts'
import r_fully_encrypted from './fully-encrypted.ts'
import r_http_obsolete_server from './http-obsolete-server.ts'
import r_http_susp_content from './http-susp-content.ts'
import r_http_susp_header from './http-susp-header.ts'
import r_http_susp_url from './http-susp-url.ts'
import r_http_susp_user_agent from './http-susp-user-agent.ts'
import r_idn_domain from './idn-domain.ts'
import r_invalid_characters from './invalid-characters.ts'
import r_known_proto_on_non_std_port from './known-proto-on-non-std-port.ts'
import r_malformed_packet from './malformed-packet.ts'
import r_malicious_certificate from './malicious-certificate.ts'
import r_malicious_fingerprint from './malicious-fingerprint.ts'
import r_malware_host from './malware-host.ts'
import r_minor_issues from './minor-issues.ts'
import r_missing_sni from './missing-sni.ts'
import r_numeric_hostname from './numeric-hostname.ts'
import r_obfuscated_traffic from './obfuscated-traffic.ts'
import r_obsolete_tls from './obsolete-tls.ts'
import r_periodic_flow from './periodic-flow.ts'
import r_possible_exploit from './possible-exploit.ts'
import r_probing_attempt from './probing-attempt.ts'
import r_rce_injection from './rce-injection.ts'
import r_risky_asn from './risky-asn.ts'
import r_risky_domain from './risky-domain.ts'
import r_self_signed_cert from './self-signed-cert.ts'
import r_smb_insecure from './smb-insecure.ts'
import r_sql_injection from './sql-injection.ts'
import r_ssh_obsolete_client from './ssh-obsolete-client.ts'
import r_ssh_obsolete_server from './ssh-obsolete-server.ts'
import r_susp_dga_domain from './susp-dga-domain.ts'
import r_susp_dns_traffic from './susp-dns-traffic.ts'
import r_susp_entropy from './susp-entropy.ts'
import r_tcp_connection_issues from './tcp-connection-issues.ts'
import r_tls_cert_expired from './tls-cert-expired.ts'
import r_tls_cert_mismatch from './tls-cert-mismatch.ts'
import r_tls_fatal_alert from './tls-fatal-alert.ts'
import r_tls_not_carrying_https from './tls-not-carrying-https.ts'
import r_tls_susp_esni from './tls-susp-esni.ts'
import r_tls_susp_extension from './tls-susp-extension.ts'
import r_uncommon_alpn from './uncommon-alpn.ts'
import r_unidirectional from './unidirectional.ts'
import r_unsafe_protocol from './unsafe-protocol.ts'
import r_weak_tls_cipher from './weak-tls-cipher.ts'
import r_xss_attack from './xss-attack.ts'
import type { Risk } from './risk.ts'

/** By their numbers. */
export const allRisks: readonly Risk[] = [
  r_xss_attack,
  r_sql_injection,
  r_rce_injection,
  r_binary_app_transfer,
  r_known_proto_on_non_std_port,
  r_self_signed_cert,
  r_obsolete_tls,
  r_weak_tls_cipher,
  r_tls_cert_expired,
  r_tls_cert_mismatch,
  r_http_susp_user_agent,
  r_numeric_hostname,
  r_http_susp_url,
  r_http_susp_header,
  r_tls_not_carrying_https,
  r_susp_dga_domain,
  r_malformed_packet,
  r_ssh_obsolete_client,
  r_ssh_obsolete_server,
  r_smb_insecure,
  r_tls_susp_esni,
  r_unsafe_protocol,
  r_susp_dns_traffic,
  r_missing_sni,
  r_http_susp_content,
  r_risky_asn,
  r_risky_domain,
  r_malicious_fingerprint,
  r_malicious_certificate,
  r_desktop_or_file_sharing,
  r_uncommon_alpn,
  r_cert_validity_too_long,
  r_tls_susp_extension,
  r_tls_fatal_alert,
  r_susp_entropy,
  r_clear_text_credentials,
  r_dns_large_packet,
  r_dns_fragmented,
  r_invalid_characters,
  r_possible_exploit,
  r_cert_about_to_expire,
  r_idn_domain,
  r_error_code,
  r_crawler_bot,
  r_anonymous_subscriber,
  r_unidirectional,
  r_http_obsolete_server,
  r_periodic_flow,
  r_minor_issues,
  r_tcp_connection_issues,
  r_fully_encrypted,
  r_alpn_sni_mismatch,
  r_malware_host,
  r_binary_data_transfer,
  r_probing_attempt,
  r_obfuscated_traffic,
]
