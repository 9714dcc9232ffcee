import Fleet
import Planning
import Scenes
import Testing

@Suite struct `The gate pause` {
    static let changes: [Change] = [
        Change("open by default", .open) { _ in },
        Change("shut until the pause ends", .shutUntil(Scene.now + .milliseconds(1))) {
            $0.pause = Pause(who: "ada", reason: "storm", since: Scene.now, until: Scene.now + .milliseconds(1))
        },
        Change("open at the very end of it", .open) { $0.pause = Pause(who: "ada", reason: "storm", since: Scene.now, until: Scene.now) },
        Change("shut until somebody resumes", .shut) { $0.pause = Pause(who: "ada", reason: "storm", since: Scene.now, until: nil) },
        Change("shut by the file", .shut) { $0.pauseFile = "unreadable" },
    ]

    @Test(arguments: changes) func `is`(change: Change) { change.check(.pause) }

    @Test func `says who, since when and why`() {
        var situation = Scene.open()
        situation.pause = Pause(who: "ada", reason: "storm in zone a", since: Scene.now - .seconds(600), until: Scene.now + .seconds(3600))
        #expect(Gate.pause.start(situation).reason == "paused by ada since 09:50, until 11:00: storm in zone a")
        #expect(Gate.pause.harm(.drain, Scene.work(0), situation).opens == Scene.now + .seconds(3600))
    }
}
