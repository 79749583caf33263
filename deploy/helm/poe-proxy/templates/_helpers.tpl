{{- define "poe-proxy.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "poe-proxy.selectorLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "poe-proxy.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "poe-proxy.selectorLabels" . }}
app.kubernetes.io/version: {{ .Values.image.tag | default .Chart.AppVersion | trunc 63 | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "poe-proxy.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{ .repository }}@{{ .digest }}
{{- else -}}
{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "poe-proxy.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "poe-proxy.fullname" .) -}}
{{- else -}}
{{- .Values.serviceAccount.name | default "default" -}}
{{- end -}}
{{- end -}}

{{- define "poe-proxy.modelsConfigMap" -}}
{{- .Values.modelsConfigMap | default (printf "%s-models" (include "poe-proxy.fullname" .)) -}}
{{- end -}}

{{/*
Where each secret variable comes from: a map of variable → name of a Secret with a key of that name.
*/}}
{{- define "poe-proxy.secrets" -}}
{{- $own := include "poe-proxy.fullname" . -}}
{{- $from := dict -}}
{{- with .Values.poe.existingSecret }}{{ $_ := set $from $.Values.poe.secretKey . }}{{ end -}}
{{- with .Values.auth.existingSecret }}{{ $_ := set $from "PROXY_API_KEYS" . }}{{ end -}}
{{- range $variable, $name := .Values.extraSecrets }}{{ $_ := set $from $variable $name }}{{ end -}}
{{- range $variable, $store := dict "DATABASE_URL" .Values.database "REDIS_URL" .Values.redis -}}
{{- if $store.url }}{{ $_ := set $from $variable (printf "%s-urls" $own) }}{{ end -}}
{{- with $store.existingSecret }}{{ $_ := set $from $variable . }}{{ end -}}
{{- end -}}
{{- if .Values.externalSecrets.enabled -}}
{{- if or (hasKey .Values.externalSecrets.data "POE_API_KEY") (hasKey .Values.externalSecrets.data "POE_API_KEYS") -}}
{{- $_ := unset $from .Values.poe.secretKey -}}
{{- end -}}
{{- range $variable, $_ := .Values.externalSecrets.data }}{{ $_ := set $from $variable (printf "%s-external" $own) }}{{ end -}}
{{- end -}}
{{- toJson $from -}}
{{- end -}}

{{/*
What the gateway is told, as a map: `config`, and what follows from other values.
*/}}
{{- define "poe-proxy.environment" -}}
{{- $secrets := include "poe-proxy.secrets" . | fromJson -}}
{{- $set := dict
  "PORT" 8080
  "MANAGEMENT_PORT" 9090
  "MODELS_FILE" "/etc/poe-proxy/models/models.yaml"
  "SHUTDOWN_DELAY_SECONDS" .Values.shutdown.delaySeconds
  "SHUTDOWN_GRACE_SECONDS" .Values.shutdown.graceSeconds
-}}
{{- if .Values.trustedProxies -}}
{{- $proxies := .Values.trustedProxies -}}
{{- if kindIs "slice" $proxies }}{{ $proxies = join "," $proxies }}{{ end -}}
{{- $_ := set $set "TRUSTED_PROXIES" $proxies -}}
{{- end -}}
{{- range $variable, $_ := $secrets }}{{ $_ := set $set (printf "%s_FILE" $variable) (printf "/run/secrets/poe-proxy/%s" $variable) }}{{ end -}}
{{- if .Values.auth.keysFileSecret }}{{ $_ := set $set "KEYS_FILE" "/etc/poe-proxy/keys/keys.yaml" }}{{ end -}}
{{- if .Values.extraCaConfigMap }}{{ $_ := set $set "NODE_EXTRA_CA_CERTS" "/etc/poe-proxy/ca/ca.crt" }}{{ end -}}
{{- if include "poe-proxy.hasVolume" . }}{{ $_ := set $set "DATA_DIR" "/data" }}{{ end -}}
{{- range $name, $_ := .Values.config -}}
{{- if has (trimSuffix "_FILE" $name) (list "POE_API_KEY" "POE_TOKEN" "POE_API_KEYS" "PROXY_API_KEYS" "REDIS_URL" "DATABASE_URL" "BUDGET_WEBHOOK_URL" "ADMIN_TOKEN" "OTEL_EXPORTER_OTLP_HEADERS") -}}
{{- fail (printf "config.%s: this is a secret; put it into a Secret and name that in poe, auth, database, redis or extraSecrets" $name) -}}
{{- end -}}
{{- if not (or (hasPrefix "OTEL_" $name) (has $name (splitList "\n" ($.Files.Get "files/variables.txt")))) -}}
{{- fail (printf "config.%s: the gateway has no such variable" $name) -}}
{{- end -}}
{{- if or (hasKey $set $name) (has $name (list "TRUSTED_PROXIES" "KEYS_FILE" "NODE_EXTRA_CA_CERTS" "DATA_DIR")) -}}
{{- fail (printf "config.%s: another value of the chart sets this variable, see its README" $name) -}}
{{- end -}}
{{- end -}}
{{- toJson (merge $set .Values.config) -}}
{{- end -}}

{{/* Not empty if there can be more than one pod. */}}
{{- define "poe-proxy.isMany" -}}
{{- if or .Values.autoscaling.enabled (gt (int .Values.replicaCount) 1) }}yes{{ end -}}
{{- end -}}

{{/* Not empty if there is PostgreSQL. */}}
{{- define "poe-proxy.hasDatabase" -}}
{{- if hasKey (include "poe-proxy.secrets" . | fromJson) "DATABASE_URL" }}yes{{ end -}}
{{- end -}}

{{/* Not empty if there is Redis. */}}
{{- define "poe-proxy.hasRedis" -}}
{{- if hasKey (include "poe-proxy.secrets" . | fromJson) "REDIS_URL" }}yes{{ end -}}
{{- end -}}

{{/* Not empty if DATA_DIR is on a volume. */}}
{{- define "poe-proxy.hasVolume" -}}
{{- if and .Values.persistence.enabled (not (include "poe-proxy.hasDatabase" .)) }}yes{{ end -}}
{{- end -}}

{{/* Stops the rendering of what could not work. */}}
{{- define "poe-proxy.check" -}}
{{- $secrets := include "poe-proxy.secrets" . | fromJson -}}
{{- if not (or (hasKey $secrets "POE_API_KEY") (hasKey $secrets "POE_API_KEYS")) -}}
{{- fail "poe.existingSecret: name the Secret with Poe's key, or give POE_API_KEY in externalSecrets.data" -}}
{{- end -}}
{{- if include "poe-proxy.isMany" . -}}
{{- if not (and (include "poe-proxy.hasDatabase" .) (include "poe-proxy.hasRedis" .)) -}}
{{- fail "replicaCount > 1 and autoscaling need PostgreSQL and Redis, or each pod would count and keep for itself: set database.url (or database.existingSecret) and redis.url (or redis.existingSecret)" -}}
{{- end -}}
{{- end -}}
{{- if and .Values.externalSecrets.enabled (not .Values.externalSecrets.secretStoreRef.name) -}}
{{- fail "externalSecrets.secretStoreRef.name: name the store to read from" -}}
{{- end -}}
{{- if and .Values.autoscaling.enabled (not (or .Values.autoscaling.targetCPUUtilizationPercentage .Values.autoscaling.targetInflightRequests)) -}}
{{- fail "autoscaling needs something to follow: targetCPUUtilizationPercentage or targetInflightRequests" -}}
{{- end -}}
{{- if and .Values.httpRoute.enabled (not .Values.httpRoute.parentRefs) -}}
{{- fail "httpRoute.parentRefs: name the Gateway that the route belongs to" -}}
{{- end -}}
{{- $longest := .Values.config.CALL_TIMEOUT_SECONDS | default 600 | int -}}
{{- if le (int .Values.shutdown.graceSeconds) $longest -}}
{{- fail (printf "shutdown.graceSeconds (%d) must be longer than the longest call, CALL_TIMEOUT_SECONDS (%d), or a deploy cuts answers" (int .Values.shutdown.graceSeconds) $longest) -}}
{{- end -}}
{{- if and (eq (.Values.config.AUTH | default "keys") "keys") (not (or (hasKey $secrets "PROXY_API_KEYS") .Values.auth.keysFileSecret (include "poe-proxy.hasDatabase" .) (include "poe-proxy.hasVolume" .))) -}}
{{- fail "AUTH=keys needs keys: set auth.existingSecret or auth.keysFileSecret, or have a database or persistence.enabled" -}}
{{- end -}}
{{- end -}}

{{/* Not empty if the chart keeps a URL in a Secret of its own. */}}
{{- define "poe-proxy.ownUrls" -}}
{{- if or .Values.database.url .Values.redis.url }}yes{{ end -}}
{{- end -}}
