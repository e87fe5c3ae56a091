{{- define "trustpath.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 50 | trimSuffix "-" }}
{{- end }}

{{/* The prefix of all names: short enough for every suffix below, as a Service's name has at most 63 characters. */}}
{{- define "trustpath.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride }}
{{- $both := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) }}
{{- default $both .Values.fullnameOverride | trunc 50 | trimSuffix "-" }}
{{- end }}

{{- define "trustpath.selectorLabels" -}}
app.kubernetes.io/name: {{ include "trustpath.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* Only the agents: the pod of `helm test` is none. */}}
{{- define "trustpath.agentLabels" -}}
{{ include "trustpath.selectorLabels" . }}
app.kubernetes.io/component: agent
{{- end }}

{{/* The labels of a resource. Takes the context and mappings of further labels; a label stands once, the chart's own first. */}}
{{- define "trustpath.labels" -}}
{{- $root := first . }}
{{- $labels := include "trustpath.selectorLabels" $root | fromYaml }}
{{- $_ := set $labels "helm.sh/chart" (printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-") }}
{{- $_ := set $labels "app.kubernetes.io/version" $root.Chart.AppVersion }}
{{- $_ := set $labels "app.kubernetes.io/managed-by" $root.Release.Service }}
{{- range rest . }}{{ $labels = merge $labels . }}{{ end }}
{{- merge $labels $root.Values.commonLabels | toYaml }}
{{- end }}

{{/* What an agent's resources are labelled with beside the rest. Takes the vantage point. */}}
{{- define "trustpath.agentMark" -}}
app.kubernetes.io/component: agent
{{- with .name }}
vantage: {{ . }}
{{- end }}
{{- end }}

{{- define "trustpath.image" -}}
{{- $image := .Values.image }}
{{- if $image.digest }}
{{- printf "%s@%s" $image.repository $image.digest }}
{{- else }}
{{- printf "%s:%s" $image.repository (default .Chart.AppVersion $image.tag) }}
{{- end }}
{{- end }}

{{- define "trustpath.serviceAccountName" -}}
{{- $default := ternary (include "trustpath.fullname" .) "default" .Values.serviceAccount.create }}
{{- default $default .Values.serviceAccount.name }}
{{- end }}

{{/* The vantage points as a JSON list; one without a name where none are given. */}}
{{- define "trustpath.vantages" -}}
{{- default (list (dict "name" "")) .Values.vantages | toJson }}
{{- end }}

{{/* Those vantage points whose agents this release runs, as a JSON list. */}}
{{- define "trustpath.workloads" -}}
{{- $own := list }}
{{- range include "trustpath.vantages" . | fromJsonArray }}
{{- if not .url }}{{ $own = append $own . }}{{ end }}
{{- end }}
{{- toJson $own }}
{{- end }}

{{/* The name of a vantage point's resources. Takes the context and the vantage point. */}}
{{- define "trustpath.vantageName" -}}
{{- $name := include "trustpath.fullname" (first .) }}
{{- with (last .).name }}
{{- $name = printf "%s-%s" ($name | trunc 30 | trimSuffix "-") . }}
{{- end }}
{{- $name }}
{{- end }}

{{/* What tells the pods of a vantage point from the others. Takes the context and the vantage point. */}}
{{- define "trustpath.vantageSelector" -}}
{{ include "trustpath.agentLabels" (first .) }}
{{- with (last .).name }}
vantage: {{ . }}
{{- end }}
{{- end }}

{{- define "trustpath.hasConfig" -}}
{{- $config := .Values.config }}
{{- if or $config.existingSecret $config.content $config.files }}true{{ end }}
{{- end }}

{{- define "trustpath.hasConfigFile" -}}
{{- $config := .Values.config }}
{{- if or $config.existingSecret $config.content }}true{{ end }}
{{- end }}

{{/* The web configuration as a JSON mapping; a certificate's Secret is enough for TLS. */}}
{{- define "trustpath.webConfig" -}}
{{- $config := .Values.webConfig }}
{{- if and $config.tlsSecret (not $config.existingSecret) }}
{{- $files := dict "cert_file" "/etc/trustpath-tls/tls.crt" "key_file" "/etc/trustpath-tls/tls.key" }}
{{- hasKey $config.content "tls_server_config" | ternary $config.content (set (deepCopy $config.content) "tls_server_config" $files) | toJson }}
{{- else }}
{{- toJson $config.content }}
{{- end }}
{{- end }}

{{- define "trustpath.hasWebConfig" -}}
{{- if or .Values.webConfig.existingSecret (include "trustpath.webConfig" . | fromJson) }}true{{ end }}
{{- end }}

{{- define "trustpath.configSecret" -}}
{{- default (printf "%s-config" (include "trustpath.fullname" .)) .Values.config.existingSecret }}
{{- end }}

{{- define "trustpath.webConfigSecret" -}}
{{- default (printf "%s-web-config" (include "trustpath.fullname" .)) .Values.webConfig.existingSecret }}
{{- end }}
