import Captures
import CryptoExtras
import Fleet
import Foundation
import Synchronization
import Testing
import Wire

@testable import DCOS

@Suite(.timeLimit(.minutes(2))) struct `A service account` {
    @Test func `logs in with a signature that the IAM verifies, and sends its token from then on`() async throws {
        try await withCluster { cluster, session, _ in
            cluster.set("/mesos", "{}")
            for _ in 0..<5 { #expect(await session.call() == "200") }
            #expect(cluster.logins == 1)
            #expect(await session.header().hasPrefix("token=eyJ9."))
        }
    }

    /// Both forms in which openssl, and with it the DC/OS CLI, writes an RSA key.
    @Test(arguments: ["openssl genrsa -traditional -out key.pem 2048", "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out key.pem"])
    func `has a key in either form`(command: String) async throws {
        try await withFolder { folder in
            try await shell(command, in: folder)
            let pem = try String(contentsOf: folder.appending(path: "key.pem"), encoding: .utf8)
            #expect(pem.hasPrefix(command.contains("traditional") ? "-----BEGIN RSA PRIVATE KEY-----" : "-----BEGIN PRIVATE KEY-----"))
            let file = folder.appending(path: "dcos.json")
            try Data(try secretJSON(pem).utf8).write(to: file)
            let account = try ServiceAccount(file: file.path())
            // The public half by openssl too: two libraries agree on the signature.
            let request = try JSONDecoder().decode([String: String].self, from: Data(try account.request(now: Clock.start)))
            let parts = try #require(request["token"]).split(separator: ".").map(String.init)
            try Data("\(parts[0]).\(parts[1])".utf8).write(to: folder.appending(path: "signed"))
            try #require(Base64URL.data(parts[2])).write(to: folder.appending(path: "signature"))
            try await shell("openssl rsa -in key.pem -pubout -out public.pem; openssl dgst -sha256 -verify public.pem -signature signature signed", in: folder)
            #expect(request["uid"] == "mayfly")
            let claims = try JSONDecoder().decode(Claims.self, from: try #require(Base64URL.data(parts[1])))
            #expect(claims == Claims(uid: "mayfly", exp: Clock.start.milliseconds / 1000 + 300))
        }
    }

    private struct Claims: Decodable, Equatable {
        let uid: String
        let exp: Int64
    }

    @Test func `logs in once however many want to call`() async throws {
        try await withCluster { cluster, session, _ in
            cluster.set("/mesos", "{}")
            let statuses = await withTaskGroup(of: String.self) { group in
                for _ in 0..<30 { group.addTask { await session.call() } }
                return await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(statuses == ["200"] && cluster.logins == 1)
        }
    }

    @Test func `renews its token when a quarter of its life is left, and uses it to its end when that fails`() async throws {
        try await withCluster { cluster, session, _ in
            cluster.set("/mesos", "{}")
            cluster.state.withLock { $0.life = .seconds(4000) }
            let first = await session.header()
            cluster.clock.step(.seconds(2999))
            #expect(await session.header() == first && cluster.logins == 1)
            cluster.state.withLock { $0.iam = [.answer(503)] }
            cluster.clock.step(.seconds(1))
            #expect(await session.header() == first && cluster.logins == 2)
            // A minute of rest, then another try.
            cluster.clock.step(.seconds(59))
            #expect(await session.header() == first && cluster.logins == 2)
            cluster.clock.step(.seconds(1))
            #expect(await session.header() == first && cluster.logins == 3)
            cluster.state.withLock { $0.iam = nil }
            cluster.clock.step(.seconds(60))
            let second = await session.header()
            #expect(second != first && second.hasPrefix("token=") && cluster.logins == 4)
            cluster.state.withLock { $0.iam = [.answer(503)] }
            cluster.clock.step(.seconds(4001))
            #expect(await session.header().contains("no login: 503"))
        }
    }

    @Test func `logs in again at once when its token is refused, and sends the call once more`() async throws {
        try await withCluster { cluster, session, _ in
            cluster.set("/mesos", "{}")
            #expect(await session.call() == "200")
            cluster.revoke()
            let statuses = await withTaskGroup(of: String.self) { group in
                for _ in 0..<20 { group.addTask { await session.call() } }
                return await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(statuses == ["200"] && cluster.logins == 2)
        }
    }

    @Test func `does not log in for every call when its tokens are refused for another reason`() async throws {
        try await withCluster { cluster, session, _ in
            for _ in 0..<20 {
                #expect(await session.call("/open/no") == "404" || cluster.logins <= 4)
                cluster.revoke()
            }
            #expect(cluster.logins == 4)
            cluster.clock.step(.seconds(60))
            #expect(await session.call("/mesos") == "404" && cluster.logins == 5)
        }
    }

    @Test func `tries a login that failed once in five seconds, for all who want to call`() async throws {
        try await withCluster { cluster, session, _ in
            cluster.state.withLock { $0.iam = [.answer(502)] }
            for _ in 0..<10 {
                #expect(await session.call().contains("/acs/api/v1/auth/login: no login: 502: the IAM, or what stands before it, is in trouble"))
            }
            #expect(cluster.logins == 1)
            cluster.clock.step(.seconds(5))
            cluster.state.withLock { $0.iam = nil }
            cluster.set("/mesos", "{}")
            #expect(await session.call() == "200" && cluster.logins == 2)
        }
    }

    @Test func `whose login was cancelled has not failed for the others`() async throws {
        try await withCluster { cluster, session, _ in
            cluster.state.withLock { $0.iam = [] }
            await withTaskGroup(of: Void.self) { group in
                group.addTask { #expect(await session.call().contains("cancelled")) }
                while cluster.logins == 0 { await Task.yield() }
                group.cancelAll()
            }
            cluster.state.withLock { $0.iam = nil }
            cluster.set("/mesos", "{}")
            #expect(await session.call() == "200")
        }
    }

    @Test(arguments: [
        (Duration.seconds(720), "This machine's clock is 12m behind DC/OS'"), (.seconds(-720), "This machine's clock is 12m ahead of DC/OS'"),
    ])
    func `is told that its clock is off when that is why it is refused`(skew: Duration, expected: String) async throws {
        try await withCluster { cluster, session, _ in
            cluster.state.withLock { $0.skew = skew }
            let text = await session.call()
            #expect(text.contains("no login: 401 ERR_INVALID_CREDENTIALS: the IAM does not accept service account 'mayfly'"), "\(text)")
            #expect(text.contains(expected) && !text.contains("PRIVATE"), "\(text)")
        }
    }

    @Test func `that the IAM does not know is told so, and nothing of clocks`() async throws {
        try await withCluster(secret: { pem, _ in try secretJSON(pem, ["uid": "somebody"]) }) { _, session, folder in
            let text = await session.call()
            #expect(text.contains("401 ERR_INVALID_CREDENTIALS: the IAM does not accept service account 'somebody' in \(folder.path())"), "\(text)")
            #expect(text.contains("public half") && !text.contains("clock"), "\(text)")
        }
    }

    @Test func `logs in where its secret says`() async throws {
        try await withCluster(secret: { pem, url in try secretJSON(pem, ["login_endpoint": url + "/acs/api/v1/auth/login"]) }) { cluster, session, _ in
            cluster.set("/mesos", "{}")
            let elsewhere = DCOSSession(url: "http://127.0.0.1:1", credentials: session.credentials, http: session.http) { cluster.clock.now }
            #expect(await elsewhere.header().hasPrefix("token="))
        }
        try await withCluster(secret: { pem, _ in try secretJSON(pem, ["login_endpoint": "http://127.0.0.1:1/login"]) }) { _, session, folder in
            let text = await session.call()
            #expect(text.hasPrefix("http://127.0.0.1:1/login: no login: no connection") && text.contains("login_endpoint of \(folder.path())"), "\(text)")
        }
    }

    @Test(arguments: [
        ([RawServer.Step.answer(404)], "404: nobody can log in there; before DC/OS 1.13 only Enterprise has service accounts"),
        ([.answer(301, [("Location", "https://dcos.example.com/acs/api/v1/auth/login")])], "301, a redirect to https://dcos.example.com/acs"),
        ([.answer(200, [("Content-Type", "text/html")], body: "<html>geheim</html>".utf8)], "200, but not with the JSON of a login"),
        ([.json(#"{"tokn":"geheim"}"#.utf8)], "200, but not with the JSON of a login"),
        ([.json(#"{"token":"geheim\nX: y"}"#.utf8)], "200, but the token holds more than one line"),
        ([.json(#"{"token":""}"#.utf8)], "200, but the token is empty"),
        ([.answer(500, body: "geheim".utf8)], "500: the IAM"),
        ([.answer(401, body: #"{"code":"geheim geheim"}"#.utf8)], "401: the IAM does not accept"),
        ([.send(RawServer.Step.head(200, [("Content-Length", "100")]) + Array(#"{"token":"geheim"#.utf8)), .close], "the answer was cut short"),
        ([.close], "no connection"),
    ])
    func `says what came instead of a token, and where`(steps: [RawServer.Step], expected: String) async throws {
        try await withCluster { cluster, session, _ in
            cluster.state.withLock { $0.iam = steps }
            let text = await session.call()
            #expect(text.hasPrefix(session.url + "/acs/api/v1/auth/login: no login: ") && text.contains(expected) && !text.contains("geheim"), "\(text)")
        }
    }

    @Test(arguments: [
        ("-----BEGIN RSA PRIVATE KEY-----\ngeheim\n", "is a key alone; it must be the JSON"),
        ("geheim", "is not JSON"), (#"{"uid":1,"private_key":"geheim"}"#, "is not JSON"),
        (#"{"private_key":"geheim"}"#, "has no uid"), (#"{"uid":"mayfly"}"#, "has no private_key"),
        (#"{"uid":"mayfly","private_key":"geheim"}"#, "no RSA key in PEM"),
        (#"{"uid":"mayfly","private_key":"-----BEGIN ENCRYPTED PRIVATE KEY-----geheim"}"#, "protected by a passphrase"),
        (#"{"uid":"mayfly","scheme":"HS256","private_key":"geheim"}"#, "scheme 'HS256'"),
        ("geheim, many times", "is larger than 65536 bytes"),
    ])
    func `has a secret that is named when it is of no use, and never shown`(content: String, expected: String) async throws {
        let written = content.hasSuffix("many times") ? String(repeating: "geheim", count: 20_000) : content
        try await withCluster(secret: { _, _ in written }) { cluster, session, folder in
            let text = await session.call()
            #expect(text.contains("no login: the service account's secret \(folder.path())") && text.contains(expected), "\(text)")
            #expect(!text.contains("geheim") && cluster.logins == 0, "\(text)")
        }
    }

    @Test func `is in no description or dump with its key or its token`() async throws {
        try await withCluster { _, session, folder in
            let account = try ServiceAccount(file: folder.appending(path: "dcos.json").path())
            let token = Token("eyJ.geheim.x", now: Clock.start)
            var dumped = ""
            dump((account, token, session.credentials), to: &dumped)
            for text in [dumped, "\(account)", "\(token)", String(reflecting: token), "\(session.credentials)"] {
                #expect(!text.contains("geheim") && !text.contains("BEGIN") && !text.contains("_RSA"), "\(text)")
            }
        }
    }

    @Test func `trusts the cluster's own authority, and no other`() async throws {
        try await withFolder { folder in
            try await shell(
                """
                openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout ca.key -out ca.pem -subj '/CN=Test authority' -days 2
                openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout s.key -out s.csr -subj '/CN=test'
                echo subjectAltName=IP:127.0.0.1 > s.ext
                openssl x509 -req -in s.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out s.pem -days 2 -extfile s.ext
                """, in: folder)
            let key = try Cluster.key.get()
            let cluster = Cluster(publicKey: key.publicKey)
            cluster.set("/mesos", "{}")
            let secret = folder.appending(path: "dcos.json")
            try Data(try secretJSON(key.pemRepresentation).utf8).write(to: secret)
            let certificate = RawServer.Certificate(certificateFile: folder.appending(path: "s.pem").path(), keyFile: folder.appending(path: "s.key").path())
            try await RawServer.with(certificate: certificate) {
                cluster.answer($0)
            } _: { server in
                let url = "https://" + server.authority
                try await withHTTP(tls: .authorities(file: folder.appending(path: "ca.pem").path())) { http in
                    let session = DCOSSession(url: url, credentials: .serviceAccount(file: secret.path()), http: http) { cluster.clock.now }
                    #expect(await session.call() == "200")
                }
                try await withHTTP { http in
                    let session = DCOSSession(url: url, credentials: .serviceAccount(file: secret.path()), http: http) { cluster.clock.now }
                    let text = await session.call()
                    #expect(text.contains("no login: the server's certificate is not trusted"), "\(text)")
                }
                #expect(cluster.logins == 1)
            }
        }
    }
}
