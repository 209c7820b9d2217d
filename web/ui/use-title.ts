import { useEffect } from 'react'

const name = 'Alun'

/** The tab's title: what this page is, and how much of it is unread. */
export function useTitle(title: string | undefined, unread = 0): void {
  useEffect(() => {
    const count = unread > 0 ? `(${unread > 999 ? '999+' : unread}) ` : ''
    document.title = title ? `${count}${title} · ${name}` : count + name
  }, [title, unread])
}
