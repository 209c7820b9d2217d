/** The seed's chat: Flask-SocketIO on gunicorn with gevent-websocket, its messages over Redis. */
import { freePort } from '../../testing/cluster'
import { isUp, Programs, python, redisServer, whyMissing } from './programs'

export class FlaskSocketIo {
  readonly port = freePort()

  private constructor(private readonly programs: Programs) {}

  /** @returns why it can't be measured here, in words, where it can't. */
  static async start(): Promise<FlaskSocketIo | string> {
    const missing = whyMissing({
      programs: [redisServer],
      modules: ['flask_socketio', 'geventwebsocket', 'gunicorn', 'redis'],
      packages: 'python3-flask-socketio python3-gevent-websocket gunicorn python3-redis redis-server',
    })
    if (missing !== undefined) return missing
    const peer = new FlaskSocketIo(await Programs.inFolder())
    try {
      await peer.run()
      return peer
    } catch (error) {
      await peer.stop()
      throw error
    }
  }

  /** Process ids whose CPU is the peer's: gunicorn and Redis. */
  get roots(): number[] {
    return this.programs.roots
  }

  stop(): Promise<void> {
    return this.programs.stop()
  }

  private async run(): Promise<void> {
    const redisPort = freePort()
    ;(await this.programs.startRedis(redisPort)).close()
    const worker = ['-k', 'geventwebsocket.gunicorn.workers.GeventWebSocketWorker', '-w', '1']
    const place = ['--worker-connections', '4000', '--chdir', import.meta.dir, '-b', `127.0.0.1:${this.port}`]
    const env = { NODE: 'A', REDIS_URL: `redis://127.0.0.1:${redisPort}/0`, PYTHONDONTWRITEBYTECODE: '1' }
    this.programs.start(
      python,
      ['-m', 'gunicorn', ...worker, ...place, '--log-level', 'warning', 'flask_chat:app'],
      env,
    )
    await isUp(this.port)
  }
}
