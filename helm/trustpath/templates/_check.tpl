{{/* What a schema cannot say, or not so that one understands it. Renders nothing. */}}
{{- define "trustpath.check" -}}
{{- $values := .Values }}
{{- if and $values.config.existingSecret (or $values.config.content $values.config.files) }}
{{- fail "config.existingSecret takes the place of config.content and config.files: give one or the other" }}
{{- end }}
{{- if and $values.webConfig.existingSecret $values.webConfig.content }}
{{- fail "webConfig.existingSecret takes the place of webConfig.content: give one or the other" }}
{{- end }}
{{- if hasKey $values.config.files $values.config.key }}
{{- fail (printf "config.files holds %s, which is the name of the configuration itself" $values.config.key) }}
{{- end }}
{{- if and (eq $values.kind "DaemonSet") $values.autoscaling.enabled }}
{{- fail "autoscaling needs kind: Deployment; a DaemonSet has as many pods as there are nodes" }}
{{- end }}
{{- if and (eq $values.kind "DaemonSet") $values.podDisruptionBudget.enabled }}
{{- fail "podDisruptionBudget needs kind: Deployment; draining a node passes over a DaemonSet" }}
{{- end }}
{{- if and $values.serviceMonitor.enabled $values.podMonitor.enabled }}
{{- fail "serviceMonitor and podMonitor would scrape each agent twice: enable one of them" }}
{{- end }}
{{- if and $values.hostNetwork (eq (toString $values.hostUsers) "false") }}
{{- fail "hostNetwork and hostUsers: false exclude each other" }}
{{- end }}
{{- if and (eq $values.dnsPolicy "None") (not $values.dnsConfig.nameservers) }}
{{- fail "dnsPolicy: None needs dnsConfig.nameservers" }}
{{- end }}
{{- if and $values.preStopSleepSeconds (semverCompare "<1.30-0" .Capabilities.KubeVersion.Version) }}
{{- fail "preStopSleepSeconds needs Kubernetes 1.30" }}
{{- end }}
{{- if and $values.service.trafficDistribution (semverCompare "<1.31-0" .Capabilities.KubeVersion.Version) }}
{{- fail "service.trafficDistribution needs Kubernetes 1.31" }}
{{- end }}
{{- if eq (int $values.port) (int $values.healthPort) }}
{{- fail "port and healthPort must differ" }}
{{- end }}
{{- if and (not (kindIs "invalid" $values.podDisruptionBudget.minAvailable)) (not (kindIs "invalid" $values.podDisruptionBudget.maxUnavailable)) }}
{{- fail "podDisruptionBudget takes minAvailable or maxUnavailable, not both" }}
{{- end }}
{{- if and $values.autoscaling.enabled (lt (int $values.autoscaling.maxReplicas) (int $values.autoscaling.minReplicas)) }}
{{- fail "autoscaling.maxReplicas is below autoscaling.minReplicas" }}
{{- end }}
{{- if $values.autoscaling.enabled }}
{{- $scaling := $values.autoscaling }}
{{- if not (or $scaling.targetCPUUtilizationPercentage $scaling.targetMemoryUtilizationPercentage $scaling.metrics) }}
{{- fail "autoscaling needs something to go by: a percentage or metrics" }}
{{- end }}
{{- range $resource, $percentage := dict "cpu" $scaling.targetCPUUtilizationPercentage "memory" $scaling.targetMemoryUtilizationPercentage }}
{{- if and $percentage (not (dig "requests" $resource "" $values.resources)) }}
{{- fail (printf "autoscaling takes a percentage of resources.requests.%s, which is not set" $resource) }}
{{- end }}
{{- end }}
{{- end }}
{{- $names := list }}
{{- range $values.vantages }}
{{- if has .name $names }}{{ fail (printf "the vantage point %s is there twice" .name) }}{{ end }}
{{- $names = append $names .name }}
{{- if and .url (omit . "name" "url" "scheme") }}
{{- fail (printf "the vantage point %s has a url, so that it runs elsewhere and takes no %s" .name (omit . "name" "url" "scheme" | keys | sortAlpha | join ", ")) }}
{{- end }}
{{- end }}
{{- range .Values.scrapeConfigs }}
{{- if not (omit . "name" "module" "labels" "interval" "scrapeTimeout") }}
{{- fail (printf "scrapeConfigs: %s has no discovery, such as httpSDConfigs" .name) }}
{{- end }}
{{- end }}
{{- include "trustpath.checkProbes" . }}
{{- end }}

{{/* The operator passes over what is to be scraped for longer than until the next scrape, with a line in its log. */}}
{{- define "trustpath.checkTimes" -}}
{{- if gt (include "trustpath.milliseconds" .scrapeTimeout | int64) (include "trustpath.milliseconds" .interval | int64) }}
{{- fail (printf "the scrapeTimeout %s is longer than the interval %s" .scrapeTimeout .interval) }}
{{- end }}
{{- end }}

{{- define "trustpath.milliseconds" -}}
{{- $sum := 0 }}
{{- $duration := . }}
{{- range $unit, $factor := dict "d" 86400000 "h" 3600000 "m" 60000 "s" 1000 "ms" 1 }}
{{- with regexFind (printf "[0-9]+%s([0-9]|$)" $unit) $duration }}
{{- $sum = add $sum (mul $factor (regexFind "^[0-9]+" . | int64)) }}
{{- end }}
{{- end }}
{{- $sum }}
{{- end }}

{{- define "trustpath.checkProbes" -}}
{{- $probes := .Values.probes }}
{{- $times := pick .Values.scrape "interval" "scrapeTimeout" }}
{{- include "trustpath.checkTimes" $times }}
{{- range concat (include "trustpath.targetGroups" . | fromJsonArray) .Values.scrapeConfigs }}
{{- include "trustpath.checkTimes" (merge (pick . "interval" "scrapeTimeout") $times) }}
{{- end }}
{{- $seen := dict }}
{{- range $probes.targets }}
{{- $given := kindIs "string" . | ternary (dict "target" .) . }}
{{- $key := printf "%s with module %s" (lower $given.target) (default $probes.module $given.module) }}
{{- if hasKey $seen $key }}{{ fail (printf "probes.targets: %s is there twice" $key) }}{{ end }}
{{- $_ := set $seen $key true }}
{{- end }}
{{- if and $probes.enabled (eq $probes.from "pods") }}
{{- if $probes.ingresses.enabled }}
{{- fail "probes.ingresses needs probes.from: service" }}
{{- end }}
{{- range .Values.vantages }}
{{- if .url }}
{{- fail (printf "probes.from: pods asks the agents of this release, and %s runs elsewhere: use service" .name) }}
{{- end }}
{{- end }}
{{- end }}
{{- if and $probes.enabled (not $probes.targets) (not $probes.ingresses.enabled) }}
{{- fail "probes.enabled: there is nothing to probe; give probes.targets or enable probes.ingresses" }}
{{- end }}
{{- end }}
