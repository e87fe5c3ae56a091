import Peers
import Testing

/// No pod of the chart may do more than open sockets.
struct SecurityTests {
    @Test(arguments: Chart.examples) func restrictsEveryPod(example: String) async throws {
        let pods = try await Chart.resources(example).filter { $0.pod != nil }
        if example != "external" { #expect(!pods.isEmpty) }
        for resource in pods {
            let spec = resource.pod["spec"]
            #expect(spec["automountServiceAccountToken"] == false, "\(resource)")
            #expect(spec["enableServiceLinks"] == false, "\(resource)")
            #expect(spec["hostPID"] == nil && spec["hostIPC"] == nil, "\(resource)")
            #expect(spec["securityContext"]["runAsNonRoot"] == true, "\(resource)")
            #expect(spec["securityContext"]["seccompProfile"]["type"] == "RuntimeDefault")
            #expect((spec["securityContext"]["runAsUser"].number ?? 0) > 0, "\(resource)")
            #expect(spec["volumes"].list.allSatisfy { $0["hostPath"] == nil }, "\(resource)")
            let ours = spec["containers"].list.filter {
                ["trustpath", "configuration", "target"].contains($0["name"].text)
            }
            #expect(!ours.isEmpty, "\(resource)")
            for container in ours {
                let context = container["securityContext"]
                #expect(context["allowPrivilegeEscalation"] == false, "\(resource)")
                #expect(context["readOnlyRootFilesystem"] == true, "\(resource)")
                #expect(context["runAsNonRoot"] == true, "\(resource)")
                #expect(context["capabilities"] == ["drop": ["ALL"]], "\(resource)")
                #expect(context["seccompProfile"]["type"] == "RuntimeDefault", "\(resource)")
                #expect(context["privileged"] == nil, "\(resource)")
                #expect(container["volumeMounts"].list.allSatisfy { $0["readOnly"] == true })
            }
        }
        for account in try await Chart.resources(example).all("ServiceAccount") {
            #expect(account.json["automountServiceAccountToken"] == false)
        }
    }

    /// The kubelet asks a port that needs no password and no certificate.
    @Test(arguments: Chart.examples) func probesHealthApart(example: String) async throws {
        for resource in try await Chart.resources(example) where resource.pod != nil {
            guard resource.kind != "Pod" else { continue }
            let container = resource.pod["spec"]["containers"].list
                .first { $0["name"] == "trustpath" }
            let trustpath = try #require(container)
            let ports = trustpath["ports"].list
            let health = try #require(ports.first { $0["name"] == "health" }?["containerPort"])
            for (probe, path) in [
                ("startupProbe", "/-/ready"), ("livenessProbe", "/-/healthy"),
                ("readinessProbe", "/-/ready"),
            ] {
                #expect(trustpath[probe]["httpGet"] == ["path": .text(path), "port": "health"])
            }
            let argument = "--web.health-listen-address=:\(Int(health.number ?? 0))"
            #expect(trustpath["args"].list.contains(.text(argument)))
        }
    }

    @Test func boundsMemoryAndAsksForWhatWasMeasured() async throws {
        let container = try await Chart.resources("default").one("Deployment")
            .pod["spec"]["containers"][0]
        #expect(container["resources"]["limits"]["memory"] == "256Mi")
        #expect(container["resources"]["limits"]["cpu"] == nil)
        #expect(container["resources"]["requests"]["memory"] == "64Mi")
        #expect(container["resources"]["requests"]["cpu"] == "50m")
    }

    @Test func keepsTheMetadataServiceOutOfReach() async throws {
        let policy = try await Chart.resources(setting: ["networkPolicy.enabled=true"])
            .one("NetworkPolicy").spec
        #expect(policy["policyTypes"] == ["Ingress", "Egress"])
        let outside = policy["egress"].list.flatMap { $0["to"].list }.map { $0["ipBlock"] }
        #expect(
            outside.contains { $0["cidr"] == "0.0.0.0/0" && $0["except"] == ["169.254.0.0/16"] })
        #expect(outside.contains { $0["cidr"] == "::/0" && $0["except"] == ["fe80::/10"] })
        // Where there is no `to`, only DNS may pass.
        for rule in policy["egress"].list where rule["to"] == nil {
            #expect(rule["ports"].list.map { $0["port"].number } == [53, 53, 853])
        }
        let from = try await Chart.resources("full").one("NetworkPolicy").spec["ingress"].list
        #expect(from.count == 2)
        #expect(from.first { $0["ports"][0]["port"] == "http" }?["from"].list.count == 1)
    }
}
