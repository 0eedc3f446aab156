export { default, TokenIntrospection } from 'portcullis/worker'
