{{/* Namespace, labels and annotations of a resource of the operator. Takes the context and the resource's values. */}}
{{- define "trustpath.monitorMetadata" -}}
{{- $root := first . -}}
namespace: {{ default $root.Release.Namespace $root.Values.scrape.namespace }}
labels:
  {{- include "trustpath.labels" (list $root $root.Values.scrape.labels) | nindent 2 }}
{{- with (last .).annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* http, or https where the web configuration that we know has TLS. */}}
{{- define "trustpath.scheme" -}}
{{- default (hasKey (include "trustpath.webConfig" . | fromJson) "tls_server_config" | ternary "https" "http") .Values.scrape.scheme }}
{{- end }}

{{/* How a client proves itself; the same for all kinds of the operator's resources. */}}
{{- define "trustpath.client" -}}
{{- range $key := list "tlsConfig" "basicAuth" "authorization" }}
{{- with get $.Values.scrape $key }}
{{ $key }}:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
{{- end }}

{{/* Where a vantage point's agents answer. Takes the context and the vantage point. */}}
{{- define "trustpath.prober" -}}
{{- $root := first . }}
{{- $vantage := last . }}
{{- $service := $root.Values.service.port }}
{{- default (printf "%s.%s.svc:%v" (include "trustpath.vantageName" .) $root.Release.Namespace $service) $vantage.url }}
{{- end }}

{{/* From the address that Prometheus asks about to the labels that rules and dashboards go by. */}}
{{- define "trustpath.targetRelabelings" -}}
- sourceLabels: [__param_target]
  targetLabel: instance
- sourceLabels: [__param_target]
  targetLabel: target
- sourceLabels: [__param_module]
  targetLabel: module
{{- end }}

{{/* A namespace selector for resources that do not stand beside the agents. */}}
{{- define "trustpath.agentNamespace" -}}
{{- with .Values.scrape.namespace }}
{{- if ne . $.Release.Namespace }}
namespaceSelector:
  matchNames:
    - {{ $.Release.Namespace }}
{{- end }}
{{- end }}
{{- end }}

{{/* The label `vantage` of a pod: the name of its vantage point, or else that of its node. */}}
{{- define "trustpath.podVantage" -}}
{{- $label := .Values.podMonitor.vantageNodeLabel }}
{{- if .Values.vantages }}
- sourceLabels: [__meta_kubernetes_pod_label_vantage]
  targetLabel: vantage
{{- else if $label }}
- sourceLabels: [__meta_kubernetes_node_label_{{ regexReplaceAll "[^a-zA-Z0-9_]" $label "_" }}]
  targetLabel: vantage
{{- end }}
{{- end }}

{{/* The targets with all defaults filled in, as a JSON list of groups that have everything but the name in common. */}}
{{- define "trustpath.targetGroups" -}}
{{- $probes := .Values.probes }}
{{- $groups := dict }}
{{- range $probes.targets }}
{{- $given := kindIs "string" . | ternary (dict "target" .) . }}
{{- $group := dict
  "module" (default $probes.module $given.module)
  "labels" (merge (dict) (default dict $given.labels) $probes.labels)
  "interval" (default $.Values.scrape.interval $given.interval)
  "scrapeTimeout" (default $.Values.scrape.scrapeTimeout $given.scrapeTimeout) }}
{{- $key := toJson $group }}
{{- if not (hasKey $groups $key) }}
{{- $_ := set $groups $key (set $group "targets" dict) }}
{{- end }}
{{- /* A mapping, as a list would be copied for each target. */}}
{{- $_ := set (get $groups $key).targets $given.target true }}
{{- end }}
{{- $list := list }}
{{- range $key, $group := $groups }}
{{- $module := $group.module | lower | replace "_" "-" | replace "." "-" | trunc 40 | trimSuffix "-" }}
{{- $_ := set $group "targets" (keys $group.targets | sortAlpha) }}
{{- $list = append $list (set $group "name" (printf "%s-%s" $module ($key | sha256sum | trunc 8))) }}
{{- end }}
{{- toJson $list }}
{{- end }}
