import Captures
import Foundation
import Testing
import Wire

@Suite struct `HTTPS` {
    /// An authority of our own, a certificate for 127.0.0.1 and one for another host.
    private func withCertificates(_ body: (URL) async throws -> Void) async throws {
        try await withFolder { folder in
            try await shell(
                """
                openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout ca.key -out ca.pem -subj '/CN=Test authority' -days 2
                for name in IP:127.0.0.1 DNS:elsewhere.example; do
                    file=$(echo $name | cut -c1-2)
                    openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout $file.key -out $file.csr -subj '/CN=test'
                    echo "subjectAltName=$name" > $file.ext
                    openssl x509 -req -in $file.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out $file.pem -days 2 -extfile $file.ext
                done
                """, in: folder)
            try await body(folder)
        }
    }

    private func certificate(_ name: String, in folder: URL) -> RawServer.Certificate {
        RawServer.Certificate(certificateFile: folder.appending(path: name + ".pem").path(), keyFile: folder.appending(path: name + ".key").path())
    }

    @Test func `trusts its own authority and no other`() async throws {
        try await withCertificates { folder in
            let own = HTTPCaller.TLS.authorities(file: folder.appending(path: "ca.pem").path())
            try await RawServer.with(certificate: certificate("IP", in: folder)) { _ in
                [.answer(200, body: "hello".utf8)]
            } _: { server in
                let url = "https://" + server.authority + "/"
                try await withCaller(tls: own) { http in
                    let answer = try await http.answer(to: HTTPCall(url: url))
                    #expect(answer.body == Array("hello".utf8))
                }
                try await withCaller { http in
                    let failure = await http.failure(of: HTTPCall(url: url))
                    #expect(failure?.problem == .certificate, "\(String(describing: failure))")
                    #expect(failure?.description.contains("CA file") == true)
                }
            }
            try await RawServer.with(certificate: certificate("DN", in: folder)) { _ in
                [.answer()]
            } _: { server in
                try await withCaller(tls: own) { http in
                    let failure = await http.failure(of: HTTPCall(url: "https://" + server.authority))
                    #expect(failure?.problem == .certificate, "\(String(describing: failure))")
                }
            }
        }
    }

    @Test func `is not left by a redirect, and credentials do not cross over to it`() async throws {
        try await withCertificates { folder in
            try await RawServer.with { _ in
                [.answer(200)]
            } _: { plain in
                let target = plain.url
                try await RawServer.with(certificate: certificate("IP", in: folder)) { request in
                    request.target == "/away" ? [.answer(307, [("Location", target)])] : [.answer(200, body: "safe".utf8)]
                } _: { safe in
                    try await withCaller(tls: .authorities(file: folder.appending(path: "ca.pem").path())) { http in
                        let limits = shortLimits(idle: .seconds(5), redirectsMax: 3)
                        let failure = await http.failure(of: HTTPCall(url: "https://" + safe.authority + "/away", limits: limits))
                        #expect(failure?.problem == .badRedirect)
                        #expect(plain.requests.isEmpty)
                        let safeURL = "https://" + safe.authority + "/"
                        try await RawServer.with { _ in
                            [.answer(307, [("Location", safeURL)])]
                        } _: { up in
                            let headers = [(name: "Authorization", value: "Bearer abc"), (name: "X-Kept", value: "yes")]
                            let answer = try await http.answer(to: HTTPCall(url: up.url, headers: headers, limits: limits))
                            #expect(answer.body == Array("safe".utf8))
                            #expect(safe.requests.last?.header("authorization") == nil)
                            #expect(safe.requests.last?.header("x-kept") == "yes")
                        }
                    }
                }
            }
        }
    }

    @Test func `to a server without it says so`() async throws {
        try await RawServer.with { _ in
            [.answer()]
        } _: { server in
            try await withCaller { http in
                let limits = HTTPCall.Limits(connectTimeout: .milliseconds(300), idleTimeout: .seconds(2))
                let failure = await http.failure(of: HTTPCall(url: "https://" + server.authority, limits: limits))
                #expect(failure.map { [.tls, .timedOut(after: .milliseconds(300))].contains($0.problem) } == true, "\(String(describing: failure))")
            }
        }
    }

    @Test func `names a CA file that is of no use`() async throws {
        try await withFolder { folder in
            let nonsense = folder.appending(path: "nonsense.pem")
            try Data("no certificate".utf8).write(to: nonsense)
            for file in [nonsense.path(), folder.appending(path: "missing.pem").path()] {
                let problem = #expect(throws: HTTPCaller.TLSProblem.self) { try HTTPCaller(tls: .authorities(file: file)) }
                #expect(problem?.description.contains(file) == true)
            }
        }
    }
}
