// @jmondi/oauth2-server on Node, by its adapter for Express: node jmondi-node.mjs <settings>
import {
  handleExpressError,
  handleExpressResponse,
  requestFromExpress,
} from '@jmondi/oauth2-server/express'
import express from 'express'
import { authorizationServer, memoryStore } from './jmondi.mjs'

const settings = JSON.parse(process.argv[2])
const server = authorizationServer(settings, memoryStore(settings))
const app = express()
app.use(express.urlencoded({ extended: false }))
app.post('/token', async (request, response) => {
  try {
    const answer = await server.respondToAccessTokenRequest(requestFromExpress(request))
    handleExpressResponse(response, answer)
  } catch (error) {
    handleExpressError(error, response)
  }
})
app.post('/introspect', async (request, response) => {
  try {
    handleExpressResponse(response, await server.introspect(requestFromExpress(request)))
  } catch (error) {
    handleExpressError(error, response)
  }
})
const listening = app.listen(0, '127.0.0.1', () => {
  console.log(`READY http://127.0.0.1:${listening.address().port}`)
})
