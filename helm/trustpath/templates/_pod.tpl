{{/* What the agents and the pod of `helm test` have in common. */}}

{{- define "trustpath.fileArguments" -}}
{{- if include "trustpath.hasConfigFile" . }}
- --config.file=/etc/trustpath/{{ .Values.config.key }}
{{- end }}
{{- if include "trustpath.hasWebConfig" . }}
- --web.config.file=/etc/trustpath-web/{{ .Values.webConfig.key }}
{{- end }}
{{- end }}

{{- define "trustpath.volumeMounts" -}}
{{- if include "trustpath.hasConfig" . }}
- name: config
  mountPath: /etc/trustpath
  readOnly: true
{{- end }}
{{- if include "trustpath.hasWebConfig" . }}
- name: web-config
  mountPath: /etc/trustpath-web
  readOnly: true
{{- end }}
{{- if .Values.webConfig.tlsSecret }}
- name: tls
  mountPath: /etc/trustpath-tls
  readOnly: true
{{- end }}
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "trustpath.volumes" -}}
{{- if include "trustpath.hasConfig" . }}
- name: config
  secret:
    secretName: {{ include "trustpath.configSecret" . }}
    defaultMode: 0440
{{- end }}
{{- if include "trustpath.hasWebConfig" . }}
- name: web-config
  secret:
    secretName: {{ include "trustpath.webConfigSecret" . }}
    defaultMode: 0440
{{- end }}
{{- with .Values.webConfig.tlsSecret }}
- name: tls
  secret:
    secretName: {{ . }}
    defaultMode: 0440
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Who the pod is and what it may do. */}}
{{- define "trustpath.podIdentity" -}}
serviceAccountName: {{ include "trustpath.serviceAccountName" . }}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.podSecurityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- if not (kindIs "invalid" .Values.hostUsers) }}
hostUsers: {{ .Values.hostUsers }}
{{- end }}
{{- if .Values.hostNetwork }}
hostNetwork: true
{{- end }}
dnsPolicy: {{ ternary "ClusterFirstWithHostNet" .Values.dnsPolicy (and .Values.hostNetwork (eq .Values.dnsPolicy "ClusterFirst")) }}
{{- with .Values.dnsConfig }}
dnsConfig:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.hostAliases }}
hostAliases:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .Values.runtimeClassName }}
runtimeClassName: {{ . }}
{{- end }}
{{- with .Values.schedulerName }}
schedulerName: {{ . }}
{{- end }}
{{- end }}

{{/* Where the pod runs. Takes the context and the vantage point. */}}
{{- define "trustpath.placement" -}}
{{- $values := (first .).Values }}
{{- $vantage := last . }}
{{- $nodes := default $values.nodeSelector $vantage.nodeSelector | default dict }}
{{- with $vantage.zone }}
{{- $nodes = merge (dict "topology.kubernetes.io/zone" .) $nodes }}
{{- end }}
{{- with $nodes }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with default $values.affinity $vantage.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with default $values.tolerations $vantage.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
